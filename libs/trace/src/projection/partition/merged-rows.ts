import { createHash } from 'node:crypto';
import { Counted, ThingRow, WorldRows } from '../../domain/world/rows';

type CountedRows = Omit<WorldRows, 'things'>;

/** Adds up the rows of partitions. Throws where two of them know of the same thing: then it has two owners. */
export function mergedRows(partitions: readonly WorldRows[]): WorldRows {
  const things = new Map<string, ThingRow>();
  for (const rows of partitions) {
    for (const [key, row] of rows.things) {
      if (things.has(key)) throw new Error(`${key} belongs to two partitions`);
      things.set(key, row);
    }
  }
  const of = <Name extends keyof CountedRows>(name: Name): CountedRows[Name] =>
    summed(partitions.map((rows) => rows[name] as Map<string, Counted<unknown>>)) as CountedRows[Name];
  return {
    things,
    postings: of('postings'),
    lines: of('lines'),
    inputs: of('inputs'),
    exceptions: of('exceptions'),
    parts: of('parts'),
    contents: of('contents'),
    weights: of('weights'),
    loose: of('loose'),
  };
}

/** SHA-256 over all rows by name, in order of name: what tables of these rows would hold, however they came together. */
export function digestOf({ things, ...counted }: WorldRows): string {
  const hash = createHash('sha256');
  for (const [key, row] of [...things].sort(byName)) hash.update(`thing ${key} ${rowText(row)}\n`);
  for (const [table, rows] of Object.entries(counted).sort(byName)) {
    for (const [name, { row, count, amount, unknowns }] of [...(rows as Map<string, Counted<unknown>>)].sort(byName))
      hash.update(`${table} ${JSON.stringify(name)} ${rowText(row)} ${count} ${amount} ${unknowns}\n`);
  }
  return hash.digest('hex');
}

/** A row may bring its own share of a sum along; the sums themselves stand beside it. */
const SUMS = new Set(['delta', 'touches', 'unknowns', 'amount']);

function rowText(row: unknown): string {
  return JSON.stringify(row, (name, value: unknown) => (SUMS.has(name) ? undefined : value));
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0);

function summed(all: readonly Map<string, Counted<unknown>>[]): Map<string, Counted<unknown>> {
  const sums = new Map<string, Counted<unknown>>();
  for (const rows of all) {
    for (const [name, { row, count, amount, unknowns }] of rows) {
      const known = sums.get(name);
      if (known === undefined) sums.set(name, { row, count, amount, unknowns });
      else {
        known.count += count;
        known.amount += amount;
        known.unknowns += unknowns;
      }
    }
  }
  return sums;
}
