import { numbers, texts, Transaction } from '@suyuan/platform';
import { continueSum, RunningSum, SumChange, sumOf } from '../domain/world/running-sum';

/** A change of a cohort's account, as it was posted. */
export interface PostedChange extends SumChange {
  readonly cohortId: number;
  readonly product: string;
  readonly accountId: number;
  readonly uom: string;
}

interface SumRow {
  owner: string | number;
  account_id: number;
  uom: string;
  amount: string;
  touches: number;
  unknowns: number;
  cohorts: number;
  since_micros: number;
  last_micros: number;
  unknown_micros: number | null;
}

/** One of the two tables of sums: by cohort, or by product over all its cohorts. */
interface SumTable {
  readonly table: string;
  readonly owner: string;
  readonly type: 'bigint' | 'text';
  /** All changes of the rows `(owner, account_id, uom)` of the CTE `wanted`. */
  readonly postings: (schema: string) => string;
}

const BY_COHORT: SumTable = {
  table: 'balance',
  owner: 'cohort_id',
  type: 'bigint',
  postings: (schema) =>
    `SELECT w.owner, w.account_id, w.uom, p.at_micros, p.delta, p.touches, p.unknowns
       FROM wanted w JOIN ${schema}.posting p ON p.cohort_id = w.owner AND p.account_id = w.account_id AND p.uom = w.uom`,
};

const BY_PRODUCT: SumTable = {
  table: 'holding',
  owner: 'product',
  type: 'text',
  postings: (schema) =>
    `SELECT w.owner, w.account_id, w.uom, p.at_micros, p.delta, p.touches, p.unknowns
       FROM wanted w JOIN ${schema}.cohort c ON c.product = w.owner
       JOIN ${schema}.posting p ON p.cohort_id = c.id AND p.account_id = w.account_id AND p.uom = w.uom`,
};

interface Group {
  readonly owner: string | number;
  readonly accountId: number;
  readonly uom: string;
  readonly changes: SumChange[];
  /** How many rows of the finer table begin (or end, negative) with these changes. */
  began: number;
}

/** Sums by owner, account and unit. */
type StoredSums = ReadonlyMap<string, { readonly sum: RunningSum; readonly cohorts: number }>;

/**
 * Keeps the sums of the postings, so that "who holds this lot" reads as many rows as it has holders. What comes in order
 * goes on from the stored sum; anything else sums the one account anew.
 */
export class BalanceBook {
  constructor(
    private readonly tx: Transaction,
    private readonly schema: string,
  ) {}

  /** @param post writes the postings themselves; called when the sums so far are known, so that these are summed meanwhile */
  async add(changes: readonly PostedChange[], post: () => void): Promise<void> {
    const cohorts = grouped(changes, ({ cohortId }) => cohortId);
    const groups = grouped(changes, ({ product }) => product);
    const stored =
      changes.length === 0 ? undefined : await Promise.all([this.load(BY_COHORT, cohorts), this.load(BY_PRODUCT, groups)]);
    post();
    if (stored === undefined) return;
    const began = await this.addTo(BY_COHORT, cohorts, stored[0]);
    const products = new Map(changes.map(({ cohortId, product }) => [cohortId, product]));
    for (const { owner, accountId, uom, began: count } of began) {
      const group = groups.get(`${products.get(Number(owner)) ?? ''}\n${accountId}\n${uom}`);
      if (group !== undefined) group.began += count;
    }
    await this.addTo(BY_PRODUCT, groups, stored[1]);
  }

  /** @returns the groups whose rows began to be or ceased */
  private async addTo(table: SumTable, groups: ReadonlyMap<string, Group>, stored: StoredSums): Promise<Group[]> {
    const next = new Map<Group, RunningSum>();
    const anew: Group[] = [];
    for (const [name, group] of groups) {
      group.changes.sort((a, b) => a.atMicros - b.atMicros);
      const known = stored.get(name);
      const sum =
        known === undefined && group.changes.some(({ touches }) => touches < 0)
          ? undefined
          : continueSum(known?.sum, group.changes);
      if (sum === undefined) anew.push(group);
      else next.set(group, sum);
    }
    for (const [group, sum] of await this.sumAnew(table, anew)) next.set(group, sum);
    const standing = [...next].filter(([, sum]) => sum.touches > 0);
    const ended = [...groups.values()].filter((group) => (next.get(group)?.touches ?? 0) <= 0);
    const name = ({ owner, accountId, uom }: Group): string => `${owner}\n${accountId}\n${uom}`;
    this.save(
      table,
      standing.map(([group, sum]) => ({
        group,
        sum,
        cohorts: table === BY_COHORT ? 1 : (stored.get(name(group))?.cohorts ?? 0) + group.began,
      })),
    );
    this.remove(table, ended);
    for (const [group] of standing) group.began = stored.has(name(group)) ? 0 : 1;
    for (const group of ended) group.began = stored.has(name(group)) ? -1 : 0;
    return [...groups.values()].filter(({ began }) => began !== 0);
  }

  private async load(table: SumTable, groups: ReadonlyMap<string, Group>): Promise<StoredSums> {
    const rows = await this.tx.query<SumRow>(
      `SELECT s.${table.owner} AS owner, s.account_id, s.uom, s.amount::text AS amount, s.touches, s.unknowns, s.cohorts, s.since_micros, s.last_micros, s.unknown_micros
         FROM ${wanted(table)} w JOIN ${this.schema}.${table.table} s ON s.${table.owner} = w.owner AND s.account_id = w.account_id AND s.uom = w.uom`,
      wantedParameters(table, [...groups.values()]),
    );
    return new Map(
      rows.map((row) => [
        `${row.owner}\n${row.account_id}\n${row.uom}`,
        {
          cohorts: row.cohorts,
          sum: {
            amount: BigInt(row.amount),
            touches: row.touches,
            unknowns: row.unknowns,
            sinceMicros: row.since_micros,
            lastMicros: row.last_micros,
            unknownMicros: row.unknown_micros ?? undefined,
          },
        },
      ]),
    );
  }

  private async sumAnew(table: SumTable, groups: readonly Group[]): Promise<Map<Group, RunningSum>> {
    if (groups.length === 0) return new Map();
    const rows = await this.tx.query<{
      owner: string | number;
      account_id: number;
      uom: string;
      at_micros: number;
      delta: string;
      touches: number;
      unknowns: number;
    }>(
      // Served by posting's primary key: one range per account. Summed per instant here, for there may be very many.
      `WITH wanted AS (SELECT * FROM ${wanted(table)} w)
       SELECT owner, account_id, uom, at_micros, sum(delta)::text AS delta, sum(touches)::bigint AS touches, sum(unknowns)::int AS unknowns
         FROM (${table.postings(this.schema)}) p GROUP BY owner, account_id, uom, at_micros`,
      wantedParameters(table, groups),
    );
    const changes = new Map<string, SumChange[]>();
    for (const row of rows) {
      const name = `${row.owner}\n${row.account_id}\n${row.uom}`;
      const change = {
        atMicros: row.at_micros,
        delta: BigInt(row.delta),
        touches: row.touches,
        unknowns: row.unknowns,
      };
      const known = changes.get(name);
      if (known === undefined) changes.set(name, [change]);
      else known.push(change);
    }
    const sums = new Map<Group, RunningSum>();
    for (const group of groups) {
      const sum = sumOf(changes.get(`${group.owner}\n${group.accountId}\n${group.uom}`) ?? []);
      if (sum !== undefined) sums.set(group, sum);
    }
    return sums;
  }

  private save(table: SumTable, rows: readonly { group: Group; sum: RunningSum; cohorts: number }[]): void {
    if (rows.length === 0) return;
    const columns = `${table.owner}, account_id, uom, amount, touches, unknowns, cohorts, since_micros, last_micros, unknown_micros`;
    this.tx.send(
      `INSERT INTO ${this.schema}.${table.table} (${columns})
       SELECT * FROM unnest($1::${table.type}[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::int[], $8::bigint[], $9::bigint[], $10::bigint[])
       ON CONFLICT (${table.owner}, account_id, uom) DO UPDATE SET amount = excluded.amount, touches = excluded.touches, unknowns = excluded.unknowns,
         cohorts = excluded.cohorts, since_micros = excluded.since_micros, last_micros = excluded.last_micros, unknown_micros = excluded.unknown_micros`,
      [
        ...wantedParameters(
          table,
          rows.map(({ group }) => group),
        ),
        numbers(rows.map(({ sum }) => sum.amount)),
        numbers(rows.map(({ sum }) => sum.touches)),
        numbers(rows.map(({ sum }) => sum.unknowns)),
        numbers(rows.map(({ cohorts }) => cohorts)),
        numbers(rows.map(({ sum }) => sum.sinceMicros)),
        numbers(rows.map(({ sum }) => sum.lastMicros)),
        numbers(rows.map(({ sum }) => sum.unknownMicros)),
      ],
    );
  }

  private remove(table: SumTable, groups: readonly Group[]): void {
    if (groups.length === 0) return;
    this.tx.send(
      `DELETE FROM ${this.schema}.${table.table} s USING ${wanted(table)} w WHERE s.${table.owner} = w.owner AND s.account_id = w.account_id AND s.uom = w.uom`,
      wantedParameters(table, groups),
    );
  }
}

const wanted = (table: SumTable): string =>
  `(SELECT * FROM unnest($1::${table.type}[], $2::bigint[], $3::text[]) AS w(owner, account_id, uom))`;

function wantedParameters(table: SumTable, groups: readonly Group[]): string[] {
  return [
    table.type === 'text' ? texts(groups.map(({ owner }) => String(owner))) : numbers(groups.map(({ owner }) => Number(owner))),
    numbers(groups.map(({ accountId }) => accountId)),
    texts(groups.map(({ uom }) => uom)),
  ];
}

function grouped(changes: readonly PostedChange[], ownerOf: (change: PostedChange) => string | number): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const change of changes) {
    const owner = ownerOf(change);
    const name = `${owner}\n${change.accountId}\n${change.uom}`;
    const known = groups.get(name);
    if (known === undefined)
      groups.set(name, { owner, accountId: change.accountId, uom: change.uom, changes: [change], began: 0 });
    else known.changes.push(change);
  }
  return groups;
}
