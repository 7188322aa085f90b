import { Database } from '@suyuan/platform';
import { describeKey } from '@suyuan/gs1';
import { fromNano } from '../domain/facts/quantity';
import { microsToTime } from '../domain/facts/time';
import { selectCode } from '../domain/lineage/selection';
import { SqlSource } from '../projection/sql-source';

/** A fact that does not fit (TRACE.md section 7). Keys canonical. */
export interface TraceException {
  readonly type: string;
  /** The thing or product in question. */
  readonly key: string;
  /** Who recorded it, or whose balance it is. */
  readonly party: string | null;
  readonly eventIds: readonly string[];
  /** RFC 3339. */
  readonly at: string;
  readonly amount?: number;
  readonly uom?: string;
}

export interface ExceptionFilter {
  readonly key?: string;
  readonly party?: string;
  readonly type?: string;
}

/** Goods in transit longer than this were never received, as far as anybody said. */
const LANE_LIMIT_MICROS = 14 * 24 * 3_600_000_000;

/** All exceptions that stand now: those the replay raised, and those that are judged on balances and on the clock. */
export class ExceptionReader {
  constructor(
    private readonly database: Database,
    private readonly schema: string,
  ) {}

  async list(filter: ExceptionFilter, nowMicros: number): Promise<TraceException[]> {
    const scope = filter.key === undefined ? undefined : await this.scopeOf(filter.key, nowMicros);
    const found = [
      ...(await this.raised(scope?.things ?? undefined)),
      ...(await this.belowZero('held', 'overdraw', scope?.products)),
      ...(await this.belowZero('in_transit', 'unmatched_receipt', scope?.products)),
      ...(await this.neverReceived(scope?.products, nowMicros)),
      ...(await this.inFuture(scope?.nodes, nowMicros)),
    ];
    return found
      .filter(
        (row) =>
          (filter.party === undefined || row.party === filter.party) && (filter.type === undefined || row.type === filter.type),
      )
      .sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  }

  /** What a code covers: itself; for a lot its serials as well. */
  private async scopeOf(key: string, nowMicros: number): Promise<{ things: string[]; products: string[]; nodes: string[] }> {
    const source = new SqlSource(this.database, this.schema, nowMicros);
    const selection = await selectCode(source, key);
    const cohorts = [...selection.cohorts.values()].map(({ cohort }) => cohort);
    const things = [key, ...selection.things.keys()];
    if (cohorts.length > 0) {
      const rows = await this.database.query<{ key: string }>(
        `SELECT t.key FROM ${this.schema}.thing t JOIN ${this.schema}.cohort c ON c.id = t.cohort_id WHERE c.product = ANY($1::text[])
           AND EXISTS (SELECT FROM ${this.schema}.exception e WHERE e.key = t.key)`,
        [cohorts.map(({ product }) => product)],
      );
      things.push(...rows.map((row) => row.key));
    }
    const { kind } = describeKey(key);
    const products = kind === 'lot' || kind === 'class' ? [...new Set([key, ...cohorts.map(({ product }) => product)])] : [key];
    return { things: [...things, ...products], products, nodes: [...things, ...products.map((product) => `stock:${product}`)] };
  }

  private async raised(keys: readonly string[] | undefined): Promise<TraceException[]> {
    const rows = await new SqlSource(this.database, this.schema, 0).exceptions(keys === undefined ? {} : { keys });
    return rows.map(({ atMicros, amount, ...row }) => ({
      ...row,
      at: microsToTime(atMicros),
      ...(amount === undefined ? {} : { amount: fromNano(amount) }),
    }));
  }

  /** Balances below zero, netted per party: more left than was ever there, or more arrived than was ever sent. */
  private async belowZero(
    state: 'held' | 'in_transit',
    type: string,
    products: readonly string[] | undefined,
  ): Promise<TraceException[]> {
    const rows = await this.database.query<{
      product: string;
      party: string | null;
      uom: string;
      total: string;
      at: number;
      events: string[];
    }>(
      `SELECT c.product, a.party, p.uom, sum(p.delta)::text AS total, max(p.at_micros) AS at,
              array_agg(DISTINCT p.event_id ORDER BY p.event_id) FILTER (WHERE p.delta < 0) AS events
         FROM ${this.schema}.posting p JOIN ${this.schema}.account a ON a.id = p.account_id JOIN ${this.schema}.cohort c ON c.id = p.cohort_id
        WHERE a.state = $1 AND ($2::text[] IS NULL OR c.product = ANY($2::text[]))
        GROUP BY c.product, a.party, p.uom HAVING sum(p.delta) < 0`,
      [state, products ?? null],
    );
    return rows.map((row) => ({
      type,
      key: row.product,
      party: row.party,
      eventIds: row.events,
      at: microsToTime(row.at),
      amount: fromNano(-BigInt(row.total)),
      uom: row.uom,
    }));
  }

  private async neverReceived(products: readonly string[] | undefined, nowMicros: number): Promise<TraceException[]> {
    // `since`: the last time the running balance left zero.
    const rows = await this.database.query<{
      product: string;
      party: string | null;
      from_party: string | null;
      uom: string;
      total: string;
      since: number;
      events: string[];
    }>(
      `WITH moved AS (
         SELECT c.product, a.party, a.from_party, p.uom, p.at_micros, sum(p.delta) AS delta, array_agg(DISTINCT p.event_id) AS events
           FROM ${this.schema}.posting p JOIN ${this.schema}.account a ON a.id = p.account_id JOIN ${this.schema}.cohort c ON c.id = p.cohort_id
          WHERE a.state = 'in_transit' AND ($1::text[] IS NULL OR c.product = ANY($1::text[]))
          GROUP BY 1, 2, 3, 4, 5),
       running AS (
         SELECT *, sum(delta) OVER w AS after, sum(delta) OVER w - delta AS before FROM moved
         WINDOW w AS (PARTITION BY product, party, from_party, uom ORDER BY at_micros))
       SELECT r.product, r.party, r.from_party, r.uom, last.total::text AS total, r.at_micros AS since, r.events
         FROM running r
         JOIN LATERAL (SELECT sum(m.delta) AS total FROM moved m WHERE (m.product, m.uom) = (r.product, r.uom)
                         AND m.party IS NOT DISTINCT FROM r.party AND m.from_party IS NOT DISTINCT FROM r.from_party) last ON last.total > 0
        WHERE r.before = 0 AND r.after <> 0
          AND NOT EXISTS (SELECT FROM running l WHERE (l.product, l.uom) = (r.product, r.uom) AND l.party IS NOT DISTINCT FROM r.party
                             AND l.from_party IS NOT DISTINCT FROM r.from_party AND l.at_micros > r.at_micros AND l.after = 0)
          AND r.at_micros < $2`,
      [products ?? null, nowMicros - LANE_LIMIT_MICROS],
    );
    return rows.map((row) => ({
      type: 'never_received',
      key: row.product,
      party: row.from_party ?? row.party,
      eventIds: row.events,
      at: microsToTime(row.since),
      amount: fromNano(BigInt(row.total)),
      uom: row.uom,
    }));
  }

  private async inFuture(nodes: readonly string[] | undefined, nowMicros: number): Promise<TraceException[]> {
    const rows = await this.database.query<{ event_id: string; capturing_party: string | null; at: number; key: string }>(
      `SELECT f.event_id, f.capturing_party, f.event_time_micros AS at, n.name AS key
         FROM ${this.schema}.fact f JOIN ${this.schema}.mention m ON m.position = f.position JOIN ${this.schema}.node n ON n.id = m.node_id
        WHERE f.event_time_micros > $1 AND NOT f.declaration AND ($2::text[] IS NULL OR n.name = ANY($2::text[]))
          AND n.name !~ '^(place|lot|gtin|transformation):'
          AND NOT EXISTS (SELECT FROM ${this.schema}.fact d WHERE d.declaration AND d.event_id = f.event_id AND (d.by_authority OR d.capturing_party = f.capturing_party))`,
      [nowMicros, nodes ?? null],
    );
    return rows.map((row) => ({
      type: 'event_in_future',
      key: row.key.replace(/^stock:/, ''),
      party: row.capturing_party,
      eventIds: [row.event_id],
      at: microsToTime(row.at),
    }));
  }
}

function rank({ at, type, key, party, eventIds }: TraceException): string {
  return [at, type, key, party ?? '', ...eventIds].join('\n');
}
