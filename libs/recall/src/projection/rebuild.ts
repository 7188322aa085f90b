import { EventLogPort } from '@suyuan/event-log';
import { Database } from '@suyuan/platform';
import { loadRegimes } from '../regimes/load-regimes';
import { RegimeBook } from '../regimes/regime-book';
import { PROJECTED_TABLES } from './recall.migrations';
import { RECALL_PROJECTION, SAVE_CHECKPOINT } from './recall-follower';
import { RecallProjector } from './recall.projector';

const BATCH = 2_000;

/** Empties the read models and fills them from the streams alone. The follower must not be running. */
export async function rebuildRecalls(
  database: Database,
  log: EventLogPort,
  regimes: RegimeBook = loadRegimes(),
): Promise<number> {
  const projector = RecallProjector.by(regimes);
  return database.transaction(async (tx) => {
    // The process's own checkpoint says which notices have been cared for; it is no read model.
    const [process] = await tx.query<{ position: number }>(`SELECT position FROM recall_checkpoint WHERE name = 'recall'`);
    for (const table of PROJECTED_TABLES) await tx.query(`DELETE FROM ${table}`);
    // Whoever starts next works the times out by its own profiles, which need not be those of this rebuild.
    await tx.query('DELETE FROM recall_profiles');
    if (process !== undefined) await tx.query(SAVE_CHECKPOINT, ['recall', process.position]);
    let position = 0;
    for (;;) {
      const records = await log.read(position, BATCH);
      const last = records[records.length - 1];
      if (last === undefined) break;
      await projector.project(tx, records);
      position = last.position;
    }
    await tx.query(SAVE_CHECKPOINT, [RECALL_PROJECTION, position]);
    return position;
  });
}
