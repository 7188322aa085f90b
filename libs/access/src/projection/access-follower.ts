import { Injectable } from '@nestjs/common';
import { EventLogPort } from '@suyuan/event-log';
import { Database, inBatchSpan, Progress } from '@suyuan/platform';
import { concernsAccess } from '../domain/facts';
import { AccessChanges } from './access-changes';
import { projectAccess } from './access.projector';

export const ACCESS_FOLLOWER = 'access';

/** Passing over other libraries' records costs a checkpoint only this often. */
const CHECKPOINT_EVERY_MS = 1_000;

/**
 * Follows the log and projects what concerns parties, places, products and shares: records of other processes, master
 * data of captured documents, and after a crash whatever a request had appended but not yet projected.
 */
@Injectable()
export class AccessFollower {
  /** Where this process was. Another one may have moved the checkpoint on; our caches have not heard of what it passed. */
  private seen: number | undefined;

  constructor(
    private readonly log: EventLogPort,
    private readonly database: Database,
    private readonly progress: Progress,
    private readonly changes: AccessChanges,
  ) {}

  /** Runs until `signal` aborts; throws when the log or the database fails, to be started again. */
  async run(signal: AbortSignal): Promise<void> {
    const checkpoint = await this.checkpoint();
    let saved = Math.min(checkpoint, this.seen ?? checkpoint);
    this.progress.register(ACCESS_FOLLOWER, saved);
    this.progress.report(ACCESS_FOLLOWER, saved);
    let savedAt = performance.now();
    for await (const batch of this.log.tail(saved, { batchSize: 500, signal })) {
      const position = batch.at(-1)?.position ?? saved;
      const ours = batch.filter((record) => concernsAccess(record.type));
      if (ours.length > 0 || performance.now() - savedAt > CHECKPOINT_EVERY_MS) {
        const touched = await inBatchSpan(ACCESS_FOLLOWER, ours, () =>
          this.database.transaction(async (tx) => {
            const subjects = await projectAccess(tx, ours);
            await tx.query(
              `INSERT INTO access_checkpoint (name, position) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET position = greatest(access_checkpoint.position, excluded.position)`,
              [ACCESS_FOLLOWER, position],
            );
            return subjects;
          }),
        );
        this.changes.tell(touched);
        savedAt = performance.now();
      }
      saved = position;
      this.seen = position;
      this.progress.report(ACCESS_FOLLOWER, position);
    }
  }

  private async checkpoint(): Promise<number> {
    const rows = await this.database.query<{ position: number }>('SELECT position FROM access_checkpoint WHERE name = $1', [
      ACCESS_FOLLOWER,
    ]);
    return rows[0]?.position ?? 0;
  }
}
