import { Database } from '@suyuan/platform';
import { ancestryOf } from '../domain/lineage/ancestry';
import { Ancestry } from '../domain/trace-reader';
import { BatchedSource } from './batched-source';

/** The ancestries of many codes, all at one moment, in about as many statements as one takes. */
export async function readAncestries(
  database: Database,
  schema: string,
  keys: readonly string[],
): Promise<Map<string, Ancestry>> {
  return database.transaction(async (tx) => {
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    // The tables say what is so now; no walk upwards asks for another time.
    const source = new BatchedSource(tx, schema, 0);
    return new Map(await Promise.all(keys.map(async (key) => [key, await ancestryOf(source, key)] as const)));
  });
}
