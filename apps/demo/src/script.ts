import { parse } from 'csv-parse/sync';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** A file of the supply chain and how it is handed in; see `data/manifest.json`. */
export interface Step {
  readonly file: string;
  readonly about: string;
  /** Party URI, or `each`: every row by the party of its place. */
  readonly by: string;
  readonly how: string;
  readonly phase: 'before' | 'late';
  readonly text: string;
}

export interface Standing {
  readonly held: number;
  readonly inTransit: number;
  readonly sold: number;
  readonly consumed: number;
}

/** Everything the play is played from, read from `data`. Keys are URIs as the server answers them. */
export interface Script {
  readonly steps: readonly Step[];
  readonly parties: readonly Readonly<Record<string, string>>[];
  readonly products: readonly Readonly<Record<string, string>>[];
  readonly codes: Readonly<Record<string, string>>;
  /** Lot, then party: what the authored events come to, kept by hand while they were written. */
  readonly standings: Readonly<Record<string, Readonly<Record<string, Standing>>>>;
  /** Lot, then party: what it sent on to others, by the same books. */
  readonly sentOn: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What the delivery that is reported late moves into transit. */
  readonly late: readonly { readonly lot: string; readonly from: string; readonly to: string; readonly quantity: number }[];
}

export async function readScript(folder = path.resolve(__dirname, '../data')): Promise<Script> {
  const text = (file: string): Promise<string> => readFile(path.join(folder, file), 'utf8');
  const { steps } = JSON.parse(await text('manifest.json')) as { steps: Omit<Step, 'text'>[] };
  const expected = JSON.parse(await text('expected.json')) as Pick<Script, 'codes' | 'standings' | 'sentOn' | 'late'>;
  return {
    steps: await Promise.all(steps.map(async (step) => ({ ...step, text: await text(step.file) }))),
    parties: rowsOf(await text('parties.csv')),
    products: rowsOf(await text('products.csv')),
    ...expected,
  };
}

/** The rows of a CSV file by its header. */
export function rowsOf(text: string): Record<string, string>[] {
  return parse(text, { columns: true }) as Record<string, string>[];
}

export const partyUri = (gln: string): string => `https://id.gs1.org/417/${gln}`;
