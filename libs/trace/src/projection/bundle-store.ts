import { copyLine, numbers, Sql, texts, Transaction } from '@suyuan/platform';
import { Bundle, BundleState } from './bundle';
import { Bundling } from './bundle-book';
import { GraphNames } from './graph-names';

interface BundleRow {
  id: number;
  keys: string[];
  forked_from: number | null;
  forked_at: number | null;
  cohort_id: number | null;
  account_id: number | null;
  since_micros: number;
  event: number;
  parent: string | null;
  parent_since_micros: number;
  parent_event: number;
  created_micros: number | null;
  created_place: string | null;
  creation_event: number | null;
  gone_by: number | null;
  last_seen: string | null;
  shipped_from: string | null;
  lots: string[];
  reached_micros: number | null;
  reached_rank: number | null;
  reached_event: number | null;
}

/** The columns that change when a bundle does, with their types; what `values` gives for them is in the same order. */
const STATE = {
  keys: 'text',
  cohort_id: 'bigint',
  account_id: 'bigint',
  since_micros: 'bigint',
  event: 'bigint',
  parent: 'text',
  parent_since_micros: 'bigint',
  parent_event: 'bigint',
  created_micros: 'bigint',
  created_place: 'text',
  creation_event: 'bigint',
  gone_by: 'bigint',
  last_seen: 'text',
  shipped_from: 'text',
  lots: 'text',
  reached_micros: 'bigint',
  reached_rank: 'smallint',
  reached_event: 'bigint',
} as const;
const COLUMNS = Object.keys(STATE) as (keyof typeof STATE)[];
const ARRAYS = new Set<string>(['keys', 'lots']);

/** Bundles in their tables: `unit` leads from a key to its bundle, the bundle holds what its things share. */
export class BundleStore {
  /** One object for each bundle, however it was found. */
  private readonly loaded = new Map<number, Bundle>();

  constructor(
    private readonly sql: Sql,
    private readonly schema: string,
    private readonly names: GraphNames,
  ) {}

  /** The bundles of these things, under every one of the things' keys that is known. */
  async of(keys: Iterable<string>): Promise<Map<string, Bundle>> {
    const wanted = [...new Set(keys)];
    const found = new Map<string, Bundle>();
    if (wanted.length === 0) return found;
    const bundles = await this.where(`id IN (SELECT DISTINCT bundle_id FROM ${this.schema}.unit WHERE key = ANY($1::text[]))`, [
      texts(wanted),
    ]);
    const asked = new Set(wanted);
    for (const bundle of bundles) for (const key of bundle.keys) if (asked.has(key)) found.set(key, bundle);
    return found;
  }

  /** @param where on the columns of `bundle` */
  async where(where: string, parameters: readonly unknown[], rest = ''): Promise<Bundle[]> {
    const rows = await this.sql.query<BundleRow>(
      `SELECT id, ${COLUMNS.join(', ')}, forked_from, forked_at FROM ${this.schema}.bundle WHERE ${where} ${rest}`,
      parameters,
    );
    const cohorts = await this.names.cohorts.valuesOf(this.sql, present(rows.map((row) => row.cohort_id)));
    const accounts = await this.names.accounts.valuesOf(this.sql, present(rows.map((row) => row.account_id)));
    const events = await this.names.events.idsOf(
      this.sql,
      present(rows.flatMap((row) => [row.event, row.parent_event, row.creation_event, row.gone_by, row.reached_event])),
    );
    return rows.map((row): Bundle => {
      const known = this.loaded.get(row.id);
      if (known !== undefined) return known;
      const state: BundleState | undefined =
        row.cohort_id === null
          ? undefined
          : {
              cohort: cohorts(row.cohort_id),
              custody: row.account_id === null ? undefined : accounts(row.account_id),
              sinceMicros: row.since_micros,
              eventId: events(row.event),
              parent: row.parent ?? undefined,
              parentSinceMicros: row.parent_since_micros,
              parentEventId: events(row.parent_event),
              createdMicros: row.created_micros ?? undefined,
              createdPlace: row.created_place,
              creationEventId: row.creation_event === null ? undefined : events(row.creation_event),
              goneBy: row.gone_by === null ? undefined : events(row.gone_by),
              lastSeen: row.last_seen,
              shippedFrom: row.shipped_from,
              lots: row.lots,
            };
      const bundle: Bundle = {
        id: row.id,
        keys: row.keys,
        forked: row.forked_from === null ? undefined : { from: row.forked_from, at: row.forked_at ?? 0 },
        state,
        mark:
          row.reached_micros === null
            ? undefined
            : { timeMicros: row.reached_micros, rank: row.reached_rank ?? 0, eventId: events(row.reached_event ?? 0) },
      };
      this.loaded.set(row.id, bundle);
      return bundle;
    });
  }

  /** Writes what the mentions of a batch did, and the states of the bundles that changed. */
  async write(tx: Transaction, bundling: Bundling, changed: ReadonlySet<Bundle>): Promise<void> {
    const { fresh, shrunk, moved, added, mentions } = bundling;
    const values = await this.valuesOf(new Set([...fresh, ...shrunk, ...changed]));
    const lines = [...fresh].map((bundle) =>
      copyLine([bundle.id, bundle.forked?.from, bundle.forked?.at, ...(values.get(bundle) ?? [])]),
    );
    if (lines.length > 0)
      tx.sendLines(`COPY ${this.schema}.bundle (id, forked_from, forked_at, ${COLUMNS.join(', ')}) FROM STDIN`, lines);
    const stored = [...new Set([...shrunk, ...changed])].filter((bundle) => !fresh.has(bundle));
    this.update(tx, stored, values);
    if (added.size > 0)
      tx.sendLines(
        `COPY ${this.schema}.unit (key, bundle_id) FROM STDIN`,
        [...added].map(([key, bundle]) => copyLine([key, bundle.id])),
      );
    if (moved.size > 0)
      tx.send(
        `UPDATE ${this.schema}.unit u SET bundle_id = new.bundle_id FROM unnest($1::text[], $2::bigint[]) AS new(key, bundle_id) WHERE u.key = new.key`,
        [texts([...moved.keys()]), numbers([...moved.values()].map(({ id }) => id))],
      );
    if (mentions.length > 0)
      tx.sendLines(
        `COPY ${this.schema}.bundle_mention (bundle_id, position) FROM STDIN`,
        mentions.map(({ bundle, position }) => copyLine([bundle.id, position])),
      );
  }

  /** Writes the states of stored bundles. */
  async save(tx: Transaction, changed: ReadonlySet<Bundle>): Promise<void> {
    this.update(tx, [...changed], await this.valuesOf(changed));
  }

  private update(
    tx: Transaction,
    bundles: readonly Bundle[],
    values: ReadonlyMap<Bundle, readonly (string | number | null)[]>,
  ): void {
    if (bundles.length === 0) return;
    const sources = COLUMNS.map((column, index) => `$${index + 2}::${STATE[column]}[]`);
    const sets = COLUMNS.map((column) => `${column} = new.${column}${ARRAYS.has(column) ? '::text[]' : ''}`);
    tx.send(
      `UPDATE ${this.schema}.bundle b SET ${sets.join(', ')}
         FROM unnest($1::bigint[], ${sources.join(', ')}) AS new(id, ${COLUMNS.join(', ')}) WHERE b.id = new.id`,
      [
        numbers(bundles.map(({ id }) => id)),
        ...COLUMNS.map((column, index) => {
          const cells = bundles.map((bundle) => values.get(bundle)?.[index] ?? null);
          return STATE[column] === 'text' ? texts(cells as (string | null)[]) : numbers(cells as (number | null)[]);
        }),
      ],
    );
  }

  /** The cells of `STATE`, bundle by bundle. */
  private async valuesOf(bundles: ReadonlySet<Bundle>): Promise<Map<Bundle, (string | number | null)[]>> {
    const states = [...bundles].map(({ state }) => state).filter((state) => state !== undefined);
    const cohorts = await this.names.cohorts.idsOf(
      this.sql,
      states.map(({ cohort }) => cohort),
    );
    const accounts = await this.names.accounts.idsOf(
      this.sql,
      states.map(({ custody }) => custody).filter((custody) => custody !== undefined),
    );
    const events = await this.names.events.positionsOf(this.sql, eventsOf(bundles));
    const values = new Map<Bundle, (string | number | null)[]>();
    for (const bundle of bundles) {
      const { state, mark } = bundle;
      values.set(bundle, [
        texts(bundle.keys),
        state === undefined ? null : cohorts(state.cohort),
        state?.custody === undefined ? null : accounts(state.custody),
        state?.sinceMicros ?? 0,
        events(state?.eventId ?? ''),
        state?.parent ?? null,
        state?.parentSinceMicros ?? 0,
        events(state?.parentEventId ?? ''),
        state?.createdMicros ?? null,
        state?.createdPlace ?? null,
        state?.creationEventId === undefined ? null : events(state.creationEventId),
        state?.goneBy === undefined ? null : events(state.goneBy),
        state?.lastSeen ?? null,
        state?.shippedFrom ?? null,
        texts(state?.lots ?? []),
        mark?.timeMicros ?? null,
        mark?.rank ?? null,
        mark === undefined ? null : events(mark.eventId),
      ]);
    }
    return values;
  }
}

function* eventsOf(bundles: Iterable<Bundle>): Generator<string> {
  for (const { state, mark } of bundles) {
    if (mark !== undefined) yield mark.eventId;
    if (state === undefined) continue;
    yield state.eventId;
    yield state.parentEventId;
    if (state.creationEventId !== undefined) yield state.creationEventId;
    if (state.goneBy !== undefined) yield state.goneBy;
  }
}

function present(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}
