import { Database } from '@suyuan/platform';
import { Fact } from '../domain/facts/fact';
import { FactStore } from './fact-store';
import { GraphNames } from './graph-names';
import { GraphProjection } from './graph-projection';
import { PastOrder, WorkProgress } from './graph-work';
import { createGraphTables, LIVE_SCHEMA } from './trace.migrations';
import { factsAt, universeOf } from './universe';

/** True for a fact that was known then. */
export function wasKnown({ known }: Pick<PastOrder, 'known'>): (fact: Fact) => boolean {
  return ({ position, recordTimeMicros }) =>
    known === undefined || ('position' in known ? position <= known.position : recordTimeMicros <= known.recordTimeMicros);
}

/**
 * The graph as it was, as far as the seeds can reach, projected anew into tables of its own from the facts of the live one.
 * Events later than `asOf` lie there unseen, as those of the future do in the live one. Takes as little memory for a million
 * facts as for ten.
 */
export async function makePastGraph(
  database: Database,
  order: PastOrder,
  report: (progress: WorkProgress) => void,
): Promise<{ position: number }> {
  const { schema, seeds, asOfMicros } = order;
  const store = new FactStore(LIVE_SCHEMA, new GraphNames(LIVE_SCHEMA));
  const [live] = await database.query<{ position: number }>(`SELECT position FROM ${LIVE_SCHEMA}.progress`);
  const position = live?.position ?? 0;
  report({ phase: 'find', done: 0, total: 1 });
  const universe = ((await universeOf(database, store, seeds)) ?? []).filter((place) => place.position <= position);
  report({ phase: 'find', done: 1, total: 1 });
  await database.transaction(async (tx) => {
    await createGraphTables(tx, schema);
    await tx.query(`INSERT INTO ${schema}.place_party SELECT * FROM ${LIVE_SCHEMA}.place_party`);
  });
  const projection = new GraphProjection(database, schema);
  const isKnown = wasKnown(order);
  let done = 0;
  for await (const facts of factsAt(database, store, universe)) {
    done += facts.length;
    const last = facts[facts.length - 1]?.position ?? 0;
    await projection.apply({ position: last, facts: facts.filter(isKnown), placeParties: [] }, asOfMicros);
    report({ phase: 'replay', done, total: universe.length });
  }
  return { position };
}
