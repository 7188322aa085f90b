import { Sql } from '@suyuan/platform';
import { fromNano } from '../domain/facts/quantity';
import { HoldingProof, ProofStep } from '../domain/trace-reader';
import { EventNames } from '../projection/event-names';

/** Events named for one step; how many there are in all is counted. */
const EVENTS_NAMED = 20;
/** Products looked back through: a chain of transformations longer than any real one. */
const PRODUCTS_MAX = 200;

interface StepRow {
  readonly cohort_product: string;
  readonly to_account: number;
  readonly to_state: string;
  readonly to_party: string | null;
  readonly to_place: string | null;
  readonly from_account: number | null;
  readonly from_state: string | null;
  readonly from_party: string | null;
  readonly from_place: string | null;
  readonly uom: string;
  readonly amount: string;
  readonly count: number;
  readonly first_micros: number;
  readonly last_micros: number;
  /** Log positions, as text: elements of an array are not converted. */
  readonly events: readonly string[];
}

/**
 * How goods of some products came to a party: the ledger read backwards, account by account, from what the party has or had
 * to where the goods were made, and through what they were made of as far as `within` goes. Every step names its events.
 */
export async function readHoldingProof(
  sql: Sql,
  schema: string,
  party: string,
  products: readonly string[],
  within: ReadonlySet<string>,
): Promise<Omit<HoldingProof, 'position'>> {
  const walk = new ProofWalk(sql, schema);
  const steps: ProofStep[] = [];
  const madeFrom: HoldingProof['madeFrom'][number][] = [];
  const seen = new Set<string>();
  let front = products.map((product) => ({ product, atParty: true }));
  while (front.length > 0 && seen.size < PRODUCTS_MAX) {
    const next: typeof front = [];
    for (const { product, atParty } of front) {
      if (seen.has(product)) continue;
      seen.add(product);
      steps.push(...(await walk.back(product, atParty ? party : undefined)));
      for (const made of await walk.inputs(product)) {
        if (!within.has(made.input)) continue;
        madeFrom.push(made);
        next.push({ product: made.input, atParty: false });
      }
    }
    front = next;
  }
  return { party, products: [...products], steps, madeFrom, complete: front.length === 0 };
}

class ProofWalk {
  private readonly names: EventNames;

  constructor(
    private readonly sql: Sql,
    private readonly schema: string,
  ) {
    this.names = new EventNames(schema);
  }

  /** Steps by which a product came to a party's accounts; without a party, to where it was used up. Earliest first. */
  async back(product: string, party: string | undefined): Promise<ProofStep[]> {
    const rows: StepRow[] = [];
    const seen = new Set<number>();
    let front = await this.startOf(product, party);
    while (front.length > 0) {
      for (const account of front) seen.add(account);
      const found = await this.inflows(product, front);
      rows.push(...found);
      const sources = await this.sameHands(product, [...new Set(found.flatMap(({ from_account }) => from_account ?? []))]);
      front = sources.filter((account) => !seen.has(account));
    }
    const idOf = await this.names.idsOf(
      this.sql,
      rows.flatMap(({ events }) => events.map(Number)),
    );
    return rows
      .sort((one, other) => one.first_micros - other.first_micros || one.to_account - other.to_account)
      .map((row) => stepOf(row, idOf));
  }

  /** What a product was made of, by transformation or as parts put into it. */
  async inputs(product: string): Promise<{ product: string; input: string; how: 'transformation' | 'part' }[]> {
    return this.sql.query(
      `SELECT DISTINCT $1::text AS product, i.product AS input, 'transformation' AS how
         FROM ${this.schema}.cohort o JOIN ${this.schema}.line made ON made.cohort_id = o.id AND made.side = 'output'
         JOIN ${this.schema}.line used ON used.transformation = made.transformation AND used.side = 'input'
         JOIN ${this.schema}.cohort i ON i.id = used.cohort_id WHERE o.product = $1
       UNION
       SELECT DISTINCT $1::text, i.product, 'part' FROM ${this.schema}.cohort o JOIN ${this.schema}.part p ON p.whole_cohort_id = o.id
         JOIN ${this.schema}.cohort i ON i.id = p.part_cohort_id WHERE o.product = $1
        ORDER BY 2, 3`,
      [product],
    );
  }

  /** With each account the others that its party holds this product in: an event may name the party without the place. */
  private async sameHands(product: string, accounts: readonly number[]): Promise<number[]> {
    const rows = await this.sql.query<{ account_id: number }>(
      `SELECT DISTINCT p.account_id FROM ${this.schema}.account named
         JOIN ${this.schema}.account a ON a.id = named.id OR (a.state = 'held' AND named.state = 'held' AND a.party = named.party)
         JOIN ${this.schema}.cohort c ON c.product = $1 JOIN ${this.schema}.posting p ON p.cohort_id = c.id AND p.account_id = a.id
        WHERE named.id = ANY($2::bigint[]) ORDER BY 1`,
      [product, accounts],
    );
    return rows.map(({ account_id }) => account_id);
  }

  private async startOf(product: string, party: string | undefined): Promise<number[]> {
    const rows = await this.sql.query<{ account_id: number }>(
      `SELECT DISTINCT p.account_id FROM ${this.schema}.cohort c JOIN ${this.schema}.posting p ON p.cohort_id = c.id
         JOIN ${this.schema}.account a ON a.id = p.account_id
        WHERE c.product = $1 AND CASE WHEN $2::text IS NULL THEN a.state = 'consumed' ELSE a.party = $2 END ORDER BY 1`,
      [product, party ?? null],
    );
    return rows.map(({ account_id }) => account_id);
  }

  /** Whatever was added to these accounts, with the account that the same event took it from. */
  private async inflows(product: string, accounts: readonly number[]): Promise<StepRow[]> {
    return this.sql.query<StepRow>(
      `SELECT c.product AS cohort_product, p.account_id AS to_account, a.state AS to_state, a.party AS to_party, a.place AS to_place,
         o.account_id AS from_account, b.state AS from_state, b.party AS from_party, b.place AS from_place, p.uom,
         sum(p.delta)::text AS amount, count(DISTINCT p.event)::int AS count, min(p.at_micros) AS first_micros, max(p.at_micros) AS last_micros,
         (array_agg(DISTINCT p.event ORDER BY p.event))[1:${EVENTS_NAMED}] AS events
       FROM ${this.schema}.cohort c
       JOIN ${this.schema}.posting p ON p.cohort_id = c.id AND p.account_id = ANY($2::bigint[]) AND p.delta > 0
       JOIN ${this.schema}.account a ON a.id = p.account_id
       LEFT JOIN LATERAL (SELECT q.account_id FROM ${this.schema}.posting q WHERE q.cohort_id = p.cohort_id AND q.event = p.event
          AND q.at_micros = p.at_micros AND q.uom = p.uom AND q.delta < 0 ORDER BY q.delta LIMIT 1) o ON true
       LEFT JOIN ${this.schema}.account b ON b.id = o.account_id
       WHERE c.product = $1 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10`,
      [product, accounts],
    );
  }
}

function stepOf(row: StepRow, idOf: (position: number) => string): ProofStep {
  const from = row.from_state === null ? null : { state: row.from_state, party: row.from_party, place: row.from_place };
  return {
    product: row.cohort_product,
    from,
    to: { state: row.to_state, party: row.to_party, place: row.to_place },
    quantity: fromNano(BigInt(row.amount)),
    uom: row.uom,
    events: row.count,
    eventIds: row.events.map((event) => idOf(Number(event))),
    firstAt: new Date(row.first_micros / 1_000).toISOString(),
    lastAt: new Date(row.last_micros / 1_000).toISOString(),
  };
}
