import { EPCIS_DECLARATION, EPCIS_EVENT } from '@suyuan/capture';
import { EventLogPort } from '@suyuan/event-log';
import { Database, inBatchSpan, Progress } from '@suyuan/platform';
import { RecallProjector } from './recall.projector';

/** What the read models have nothing of. */
const CAPTURED = [EPCIS_EVENT, EPCIS_DECLARATION];

export const RECALL_PROJECTION = 'recall-projection';

/** Checkpoints of this library's followers. */
export async function readCheckpoint(database: Database, name: string): Promise<number> {
  const [row] = await database.query<{ position: number }>('SELECT position FROM recall_checkpoint WHERE name = $1', [name]);
  return row?.position ?? 0;
}

export const SAVE_CHECKPOINT = `INSERT INTO recall_checkpoint (name, position) VALUES ($1, $2)
  ON CONFLICT (name) DO UPDATE SET position = greatest(recall_checkpoint.position, excluded.position)`;

/** Keeps the read models of recalls up to date; effects and checkpoint share a transaction. */
export class RecallFollower {
  readonly name = RECALL_PROJECTION;
  private stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly log: EventLogPort,
    private readonly database: Database,
    private readonly progress: Progress,
    private readonly projector: RecallProjector,
    private readonly onError: (error: unknown) => void,
    private readonly onChange: () => void,
  ) {}

  async start(): Promise<void> {
    this.stopping = new AbortController();
    this.progress.register(this.name, await readCheckpoint(this.database, this.name));
    this.running = this.follow();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const from = await readCheckpoint(this.database, this.name);
        this.progress.report(this.name, from);
        const options = { batchSize: 1_000, signal, follower: this.name, withoutDataOf: CAPTURED };
        for await (const records of this.log.tail(from, options)) {
          const position = records[records.length - 1]?.position ?? from;
          await inBatchSpan(this.name, records, () =>
            this.database.transaction(async (tx) => {
              await this.projector.project(tx, records);
              await tx.query(SAVE_CHECKPOINT, [this.name, position]);
            }),
          );
          this.progress.report(this.name, position);
          this.onChange();
        }
      } catch (error) {
        if (signal.aborted) return;
        this.onError(error);
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }
}
