import { numbers, texts } from '@suyuan/platform';
import { effectiveFacts, Fact } from '../domain/facts/fact';
import { EventChange, ExceptionScope, ExceptionSource, WantedChanges } from '../domain/lineage/exception-source';
import { ProductSum } from '../domain/lineage/graph-source';
import { accountName } from '../domain/world/account';
import { WorldException } from '../domain/world/ledger';
import { SqlSource } from './sql-source';

/** The projected tables as exceptions are judged on them, inside one snapshot of the caller's. */
export class SqlExceptions extends SqlSource implements ExceptionSource {
  async raisedIn(scope: ExceptionScope | undefined): Promise<WorldException[]> {
    if (scope === undefined) return this.exceptions({});
    // A lot's serials are looked up from the few about which something was said, not the other way round.
    const rows = await this.sql.query<{ key: string }>(
      `SELECT e.key FROM (SELECT DISTINCT key FROM ${this.schema}.exception) e JOIN ${this.schema}.unit u ON u.key = e.key
         JOIN ${this.schema}.bundle b ON b.id = u.bundle_id JOIN ${this.schema}.cohort c ON c.id = b.cohort_id WHERE c.product = ANY($1::text[])`,
      [texts(scope.products)],
    );
    return this.exceptions({ keys: [...new Set([...scope.keys, ...rows.map(({ key }) => key)])] });
  }

  async accountsBelowZero(state: 'held' | 'in_transit', products: readonly string[] | undefined): Promise<ProductSum[]> {
    // Only a party with a place below zero can be below zero in all (holding_below_zero).
    return this.sums.productSumsFrom(
      `(SELECT DISTINCT h.product, b.party, h.uom FROM ${this.schema}.holding h JOIN ${this.schema}.account b ON b.id = h.account_id
         WHERE h.amount < 0 AND b.state = $1 AND ($2::text[] IS NULL OR h.product = ANY($2::text[]))) below
       JOIN ${this.schema}.holding s ON s.product = below.product AND s.uom = below.uom
       JOIN ${this.schema}.account a ON a.id = s.account_id AND a.state = $1 AND a.party IS NOT DISTINCT FROM below.party`,
      [state, products === undefined ? null : texts(products)],
    );
  }

  async lanesSince(beforeMicros: number, products: readonly string[] | undefined): Promise<ProductSum[]> {
    // Served by holding_account: a range for each way that goods have ever gone.
    return this.sums.productSumsFrom(
      `${this.schema}.account a JOIN ${this.schema}.holding s ON s.account_id = a.id
        WHERE a.state = 'in_transit' AND s.amount > 0 AND s.since_micros < $1 AND ($2::text[] IS NULL OR s.product = ANY($2::text[]))`,
      [beforeMicros, products === undefined ? null : texts(products)],
    );
  }

  async changesOn(wanted: readonly WantedChanges[]): Promise<EventChange[][]> {
    const changes = wanted.map((): EventChange[] => []);
    if (wanted.length === 0) return changes;
    // Served by posting's primary key: one range per cohort and account.
    const rows = await this.sql.query<{ n: number; event_id: string; at_micros: number; delta: string }>(
      `SELECT w.n::int AS n, f.event_id, p.at_micros, sum(p.delta)::text AS delta
         FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) WITH ORDINALITY AS w(product, uom, account, at_micros, n)
         JOIN ${this.schema}.account a ON a.name = w.account JOIN ${this.schema}.cohort c ON c.product = w.product
         JOIN ${this.schema}.posting p ON p.cohort_id = c.id AND p.account_id = a.id AND p.uom = w.uom AND (w.at_micros IS NULL OR p.at_micros = w.at_micros)
         JOIN ${this.schema}.fact f ON f.position = p.event
        GROUP BY w.n, f.event_id, p.at_micros`,
      [
        texts(wanted.map(({ product }) => product)),
        texts(wanted.map(({ uom }) => uom)),
        texts(wanted.map(({ account }) => accountName(account))),
        numbers(wanted.map(({ atMicros }) => atMicros)),
      ],
    );
    for (const { n, event_id: eventId, at_micros: atMicros, delta } of rows)
      changes[n - 1]?.push({ eventId, atMicros, delta: BigInt(delta) });
    return changes;
  }

  async futureFacts(): Promise<Fact[]> {
    const positions = await this.sql.query<{ position: number }>(
      `SELECT position FROM ${this.schema}.awaited WHERE event_time_micros > $1 ORDER BY event_time_micros, position`,
      [this.asOfMicros],
    );
    const facts = (
      await this.store.at(
        this.sql,
        positions.map(({ position }) => position),
      )
    ).map(({ fact }) => fact);
    const declarations = await this.store.declarationsOf(this.sql, [...new Set(facts.map(({ event }) => event.eventId))]);
    return effectiveFacts([...facts, ...declarations]);
  }
}
