import { Database } from '@suyuan/platform';
import { CanonicalEvent } from '@suyuan/epcis';
import { describeKey } from '@suyuan/gs1';
import { stockNode, stocksOf, thingsOf } from '../domain/facts/mentions';
import { fromNano } from '../domain/facts/quantity';
import { ExceptionFilter, TraceException } from '../domain/exceptions';
import { microsToTime } from '../domain/facts/time';
import { selectCode } from '../domain/lineage/selection';
import { SqlSource } from '../projection/sql-source';

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
        `SELECT e.key FROM (SELECT DISTINCT key FROM ${this.schema}.exception) e JOIN ${this.schema}.unit u ON u.key = e.key
           JOIN ${this.schema}.bundle b ON b.id = u.bundle_id JOIN ${this.schema}.cohort c ON c.id = b.cohort_id WHERE c.product = ANY($1::text[])`,
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
      // Only a party with a place below zero can be below zero in all (holding_below_zero); its events are read for it alone.
      `WITH below AS (
         SELECT h.product, a.party, h.uom FROM ${this.schema}.holding h JOIN ${this.schema}.account a ON a.id = h.account_id
          WHERE h.amount < 0 AND a.state = $1 AND ($2::text[] IS NULL OR h.product = ANY($2::text[]))
          GROUP BY h.product, a.party, h.uom),
       netted AS (
         SELECT h.product, a.party, h.uom, sum(h.amount) AS total, max(h.last_micros) AS at
           FROM below b JOIN ${this.schema}.holding h ON h.product = b.product AND h.uom = b.uom
           JOIN ${this.schema}.account a ON a.id = h.account_id AND a.state = $1 AND a.party IS NOT DISTINCT FROM b.party
          GROUP BY h.product, a.party, h.uom HAVING sum(h.amount) < 0)
       SELECT n.product, n.party, n.uom, n.total::text AS total, n.at,
              (SELECT array_agg(DISTINCT f.event_id ORDER BY f.event_id)
                 FROM ${this.schema}.cohort c JOIN ${this.schema}.posting p ON p.cohort_id = c.id AND p.uom = n.uom AND p.delta < 0
                 JOIN ${this.schema}.account a ON a.id = p.account_id AND a.state = $1 AND a.party IS NOT DISTINCT FROM n.party
                 JOIN ${this.schema}.fact f ON f.position = p.event
                WHERE c.product = n.product) AS events
         FROM netted n`,
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
      `SELECT h.product, a.party, a.from_party, h.uom, h.amount::text AS total, h.since_micros AS since,
              (SELECT array_agg(DISTINCT f.event_id ORDER BY f.event_id)
                 FROM ${this.schema}.cohort c JOIN ${this.schema}.posting p ON p.cohort_id = c.id AND p.account_id = h.account_id AND p.at_micros = h.since_micros
                 JOIN ${this.schema}.fact f ON f.position = p.event WHERE c.product = h.product AND p.uom = h.uom) AS events
         FROM ${this.schema}.account a JOIN ${this.schema}.holding h ON h.account_id = a.id
        WHERE a.state = 'in_transit' AND h.amount > 0 AND h.since_micros < $2 AND ($1::text[] IS NULL OR h.product = ANY($1::text[]))`,
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
    const wanted = nodes === undefined ? undefined : new Set(nodes);
    const rows = await this.database.query<{ event: string; capturing_party: string | null }>(
      `SELECT f.event, f.capturing_party FROM ${this.schema}.awaited w JOIN ${this.schema}.fact f USING (position)
        WHERE w.event_time_micros > $1
          AND NOT EXISTS (SELECT FROM ${this.schema}.fact d WHERE d.declaration AND d.event_id = f.event_id AND (d.by_authority OR d.capturing_party = f.capturing_party))`,
      [nowMicros],
    );
    return rows.flatMap(({ event: text, capturing_party: party }) => {
      const event = JSON.parse(text) as CanonicalEvent;
      const named = new Set([...thingsOf(event).map(({ key }) => key), ...stocksOf(event).map(stockNode)]);
      return [...named]
        .filter((node) => wanted?.has(node) ?? true)
        .map((node) => ({
          type: 'event_in_future',
          key: node.replace(/^stock:/, ''),
          party,
          eventIds: [event.eventId],
          at: microsToTime(event.eventTimeMicros),
        }));
    });
  }
}

function rank({ at, type, key, party, eventIds }: TraceException): string {
  return [at, type, key, party ?? '', ...eventIds].join('\n');
}
