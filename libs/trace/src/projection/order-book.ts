import { numbers, Transaction } from '@suyuan/platform';
import { Step } from '../domain/facts/step';
import { GraphNames } from './graph-names';

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

/** Which step was the last to reach each stock: what comes after it can go on from the stored state. */
export class OrderBook {
  constructor(
    private readonly tx: Transaction,
    private readonly schema: string,
    private readonly names: GraphNames,
  ) {}

  async marks(nodes: readonly string[]): Promise<Map<string, Mark>> {
    if (nodes.length === 0) return new Map();
    const rows = await this.tx.query<{ node_id: number; time_micros: number; rank: number; event: number }>(
      `SELECT node_id, time_micros, rank, event FROM ${this.schema}.reached WHERE node_id = ANY($1::bigint[])`,
      [numbers(await this.names.nodes.knownIds(this.tx, nodes))],
    );
    const nodeOf = await this.names.nodes.valuesOf(
      this.tx,
      rows.map((row) => row.node_id),
    );
    const events = await this.names.events.idsOf(
      this.tx,
      rows.map((row) => row.event),
    );
    return new Map(
      rows.map((row) => [nodeOf(row.node_id), { timeMicros: row.time_micros, rank: row.rank, eventId: events(row.event) }]),
    );
  }

  /** Raises the marks; an earlier one stays. */
  async note(reached: ReadonlyMap<string, Mark>): Promise<void> {
    if (reached.size === 0) return;
    const known = await this.marks([...reached.keys()]);
    const raised = [...reached].filter(([node, mark]) => {
      const before = known.get(node);
      return before === undefined || isAfter(mark, before);
    });
    if (raised.length === 0) return;
    const ids = await this.names.nodes.idsOf(
      this.tx,
      raised.map(([node]) => node),
    );
    const events = await this.names.events.positionsOf(
      this.tx,
      raised.map(([, { eventId }]) => eventId),
    );
    this.tx.send(
      `INSERT INTO ${this.schema}.reached (node_id, time_micros, rank, event)
       SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::bigint[])
       ON CONFLICT (node_id) DO UPDATE SET time_micros = excluded.time_micros, rank = excluded.rank, event = excluded.event`,
      [
        numbers(raised.map(([node]) => ids(node))),
        numbers(raised.map(([, mark]) => mark.timeMicros)),
        numbers(raised.map(([, mark]) => mark.rank)),
        numbers(raised.map(([, mark]) => events(mark.eventId))),
      ],
    );
  }
}
