import type { Sql } from '@suyuan/platform';
import type { TopicSpec } from '../messaging.port';

const RECORD_PARTITIONS = 12;
const NOTICE_PARTITIONS = 6;
const DAY_MS = 86_400_000;
/** The log keeps records for ever; the topic keeps what a follower may be behind by. */
const RECORDS_KEPT_MS = 7 * DAY_MS;

/**
 * Names of topics and groups on the broker. All carry the store's own id, so that two stores on one broker never mix
 * (docs/asyncapi.yaml).
 */
export class StoreNames {
  constructor(readonly storeId: string) {}

  static async read(sql: Sql): Promise<StoreNames> {
    const [row] = await sql.query<{ id: string }>('SELECT id FROM messaging_store');
    if (row === undefined) throw new Error('messaging_store has lost its row');
    return new StoreNames(row.id);
  }

  /** CloudEvents `source` of everything that this store says. */
  get source(): string {
    return `urn:suyuan:store:${this.storeId}`;
  }

  /** Every record of the log. */
  get records(): string {
    return this.topic('records');
  }

  /** Every version of every notice that left. */
  get notices(): string {
    return this.topic('notices');
  }

  /** Messages that a handler could not take. */
  get deadLetters(): string {
    return this.topic('dead-letters');
  }

  /** The consumer group of one handler. */
  group(handler: string): string {
    return `suyuan.${this.storeId}.${handler}`;
  }

  /** All topics, as they are made. */
  topics(): readonly TopicSpec[] {
    return [
      { name: this.records, partitions: RECORD_PARTITIONS, retentionMs: RECORDS_KEPT_MS },
      { name: this.notices, partitions: NOTICE_PARTITIONS },
      { name: this.deadLetters, partitions: 1 },
    ];
  }

  private topic(name: string): string {
    return `suyuan.${this.storeId}.${name}`;
  }
}
