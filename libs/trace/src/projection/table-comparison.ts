import { Sql } from '@suyuan/platform';

/** One table whose rows differ between the live graph and a fresh replay, with some of the rows. */
export interface Difference {
  readonly table: string;
  readonly onlyLive: number;
  readonly onlyReplayed: number;
  readonly examples: readonly string[];
}

const EXAMPLES = 5;

/** `since` says nothing of an amount of zero. */
const SUMS = `b.uom, b.amount, b.touches, b.unknowns, b.cohorts, CASE b.amount WHEN 0 THEN 0 ELSE b.since_micros END AS since, b.last_micros, b.unknown_micros`;

/** Rows by their natural names: ids are given in order of arrival and mean nothing. */
const COMPARED: Readonly<Record<string, string>> = {
  posting: `SELECT c.name AS cohort, a.name AS account, p.at_micros, p.event, p.uom, p.delta, p.touches, p.unknowns FROM $S.posting p JOIN $S.cohort c ON c.id = p.cohort_id JOIN $S.account a ON a.id = p.account_id`,
  balance: `SELECT c.name AS cohort, a.name AS account, ${SUMS} FROM $S.balance b JOIN $S.cohort c ON c.id = b.cohort_id JOIN $S.account a ON a.id = b.account_id`,
  holding: `SELECT b.product, a.name AS account, ${SUMS} FROM $S.holding b JOIN $S.account a ON a.id = b.account_id`,
  thing: `SELECT k.key, c.name AS cohort, a.name AS account, b.since_micros, b.event, b.parent, b.parent_since_micros, b.parent_event, b.created_micros, b.created_place, b.creation_event, b.gone_by, b.last_seen, b.shipped_from, b.lots FROM $S.bundle b JOIN $S.cohort c ON c.id = b.cohort_id LEFT JOIN $S.account a ON a.id = b.account_id, unnest(b.keys) AS k(key)`,
  unit: `SELECT u.key, b.keys FROM $S.unit u JOIN $S.bundle b ON b.id = u.bundle_id`,
  line: `SELECT l.transformation, l.side, c.name AS cohort, l.uom, l.event_id, l.at_micros, l.amount, l.touches, l.unknowns FROM $S.line l JOIN $S.cohort c ON c.id = l.cohort_id`,
  input: `SELECT i.thing, i.transformation, c.name AS cohort, i.event_id, i.at_micros, i.touches FROM $S.input_thing i JOIN $S.cohort c ON c.id = i.cohort_id`,
  part: `SELECT p.whole, wc.name AS whole_cohort, pc.name AS part_cohort, p.part, p.touches FROM $S.part p JOIN $S.cohort wc ON wc.id = p.whole_cohort_id JOIN $S.cohort pc ON pc.id = p.part_cohort_id`,
  content: `SELECT q.container, c.name AS cohort, q.uom, q.amount, q.touches FROM $S.content q JOIN $S.cohort c ON c.id = q.cohort_id`,
  weight: `SELECT q.container, c.name AS cohort, q.uom, q.amount, q.touches FROM $S.weight q JOIN $S.cohort c ON c.id = q.cohort_id`,
  exception: `SELECT id, type, key, party, event_ids, at_micros, amount, uom, touches FROM $S.exception`,
  place_party: `SELECT place, party FROM $S.place_party`,
};

/** Compares the tables of two graphs row by row. */
export async function differencesOf(
  sql: Sql,
  live: string,
  replayed: string,
  report: (done: number, total: number) => void = () => undefined,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  const tables = Object.entries(COMPARED);
  for (const [index, [table, select]] of tables.entries()) {
    const from = (name: string): string => select.replaceAll('$S', name);
    const only = (a: string, b: string): string => `SELECT to_jsonb(d)::text AS row FROM (${from(a)} EXCEPT ALL ${from(b)}) d`;
    const onlyLive = await sql.query<{ row: string }>(only(live, replayed));
    const onlyReplayed = await sql.query<{ row: string }>(only(replayed, live));
    if (onlyLive.length + onlyReplayed.length > 0) {
      const examples = [
        ...onlyLive.slice(0, EXAMPLES).map(({ row }) => `live: ${row}`),
        ...onlyReplayed.slice(0, EXAMPLES).map(({ row }) => `replayed: ${row}`),
      ];
      differences.push({ table, onlyLive: onlyLive.length, onlyReplayed: onlyReplayed.length, examples });
    }
    report(index + 1, tables.length);
  }
  return differences;
}
