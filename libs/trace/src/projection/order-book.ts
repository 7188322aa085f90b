import { Transaction } from '@suyuan/platform';
import { Step } from '../domain/facts/step';
import { intern } from './intern';

/** The place of a step in world order, without its event. */
export interface Mark {
  readonly timeMicros: number;
  readonly rank: number;
  readonly eventId: string;
}

export const markOf = ({ fact, rank }: Step): Mark => ({
  timeMicros: fact.event.eventTimeMicros,
  rank,
  eventId: fact.event.eventId,
});

export function isAfter(a: Mark, b: Mark): boolean {
  if (a.timeMicros !== b.timeMicros) return a.timeMicros > b.timeMicros;
  if (a.rank !== b.rank) return a.rank > b.rank;
  return a.eventId > b.eventId;
}

/** Which step was the last to reach each node: what comes after it can go on from the stored state. */
export class OrderBook {
  constructor(
    private readonly tx: Transaction,
    private readonly schema: string,
  ) {}

  async marks(nodes: readonly string[]): Promise<Map<string, Mark>> {
    const rows = await this.tx.query<{ name: string; time_micros: number; rank: number; event_id: string }>(
      `SELECT n.name, r.time_micros, r.rank, r.event_id FROM ${this.schema}.node n JOIN ${this.schema}.reached r ON r.node_id = n.id WHERE n.name = ANY($1::text[])`,
      [nodes],
    );
    return new Map(rows.map((row) => [row.name, { timeMicros: row.time_micros, rank: row.rank, eventId: row.event_id }]));
  }

  /** Raises the marks; an earlier one stays. */
  async note(reached: ReadonlyMap<string, Step>): Promise<void> {
    const entries = [...reached];
    if (entries.length === 0) return;
    const ids = await intern(
      this.tx,
      `${this.schema}.node`,
      entries.map(([node]) => node),
    );
    const marks = entries.map(([, step]) => markOf(step));
    await this.tx.query(
      `INSERT INTO ${this.schema}.reached AS r (node_id, time_micros, rank, event_id)
       SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::text[])
       ON CONFLICT (node_id) DO UPDATE SET time_micros = excluded.time_micros, rank = excluded.rank, event_id = excluded.event_id
        WHERE (excluded.time_micros, excluded.rank, excluded.event_id COLLATE "C") > (r.time_micros, r.rank, r.event_id COLLATE "C")`,
      [
        entries.map(([node]) => ids.get(node)),
        marks.map((mark) => mark.timeMicros),
        marks.map((mark) => mark.rank),
        marks.map((mark) => mark.eventId),
      ],
    );
  }
}
