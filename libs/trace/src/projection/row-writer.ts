import { copyLine, numbers, texts, Transaction } from '@suyuan/platform';
import { Account } from '../domain/world/account';
import { Cohort } from '../domain/world/cohort';
import { Posting, WorldException } from '../domain/world/ledger';
import { Counted, difference, LineRow, LooseRow, PartRow, WeightRow, WorldRows } from '../domain/world/rows';
import { TransformationLine } from '../domain/world/world';
import { BalanceBook } from './balance-book';
import { GraphNames } from './graph-names';

type Column = readonly [name: string, type: 'bigint' | 'int' | 'text', values: readonly (string | number | bigint | null)[]];

/**
 * Writes what changed between two replays. Rows are counted (`touches`): every replay of a part of the world adds and
 * takes away its own share, and a row without any share left is deleted.
 */
export class RowWriter {
  constructor(
    private readonly tx: Transaction,
    private readonly schema: string,
    private readonly names: GraphNames,
    /** Positions of events that have posted nothing yet. */
    private readonly fresh: ReadonlySet<number> = new Set(),
  ) {}

  /** @returns the products whose balances, lineage or contents changed */
  async write(before: WorldRows, after: WorldRows): Promise<Set<string>> {
    const postings = [...difference(before.postings, after.postings).values()];
    const lines = [...difference(before.lines, after.lines).values()];
    const inputs = [...difference(before.inputs, after.inputs).values()];
    const parts = [...difference(before.parts, after.parts).values()];
    const weights = [...difference(before.weights, after.weights).values()];
    const contents = [...difference(before.contents, after.contents).values()];
    const loose = [...difference(before.loose, after.loose).values()];

    const cohort = await this.names.cohorts.idsOf(this.tx, [
      ...[...postings, ...lines, ...inputs, ...contents, ...weights, ...loose].map(({ row }) => row.cohort),
      ...parts.flatMap(({ row }) => [row.partCohort, row.wholeCohort]),
    ]);
    const account = await this.names.accounts.idsOf(
      this.tx,
      [...postings, ...loose].map(({ row }) => row.account),
    );
    await this.writePostings(postings, cohort, account);
    this.writeLines(lines, cohort);
    this.writeInputs(inputs, cohort);
    this.writeParts(parts, cohort);
    this.writeInsides('content', contents, cohort);
    this.writeInsides('weight', weights, cohort);
    this.writeLoose(loose, cohort, account);
    this.writeExceptions(difference(before.exceptions, after.exceptions));

    const touched = new Set<string>();
    for (const { row } of [...postings, ...lines, ...contents]) touched.add(row.cohort.product);
    for (const { row } of parts) touched.add(row.partCohort.product).add(row.wholeCohort.product);
    return touched;
  }

  private async writePostings(
    changes: readonly Counted<Posting>[],
    cohort: (of: Cohort) => number,
    account: (of: Account) => number,
  ): Promise<void> {
    const event = await this.names.events.positionsOf(
      this.tx,
      changes.map(({ row }) => row.eventId),
    );
    await new BalanceBook(this.tx, this.schema).add(
      changes.map(({ row, amount, count, unknowns }) => ({
        cohortId: cohort(row.cohort),
        product: row.cohort.product,
        accountId: account(row.account),
        uom: row.uom,
        atMicros: row.atMicros,
        delta: amount,
        touches: count,
        unknowns,
      })),
      () => {
        // A row of an event that has posted nothing can't be there yet, and is copied at a third of the cost.
        const isFresh = ({ row }: Counted<Posting>): boolean => this.fresh.has(event(row.eventId));
        const lines = changes
          .filter(isFresh)
          .map(({ row, amount, count, unknowns }) =>
            copyLine([
              ...[cohort(row.cohort), account(row.account), row.atMicros, event(row.eventId), row.uom],
              ...[amount, count, unknowns],
            ]),
          );
        if (lines.length > 0)
          this.tx.sendLines(
            `COPY ${this.schema}.posting (cohort_id, account_id, at_micros, event, uom, delta, touches, unknowns) FROM STDIN`,
            lines,
          );
        const rest = changes.filter((change) => !isFresh(change));
        this.add(
          'posting',
          [
            ['cohort_id', 'bigint', rest.map(({ row }) => cohort(row.cohort))],
            ['account_id', 'bigint', rest.map(({ row }) => account(row.account))],
            ['at_micros', 'bigint', rest.map(({ row }) => row.atMicros)],
            ['event', 'bigint', rest.map(({ row }) => event(row.eventId))],
            ['uom', 'text', rest.map(({ row }) => row.uom)],
          ],
          [
            ['delta', 'bigint', rest.map(({ amount }) => amount)],
            ['touches', 'bigint', rest.map(({ count }) => count)],
            ['unknowns', 'int', rest.map(({ unknowns }) => unknowns)],
          ],
        );
      },
    );
  }

  private writeLines(changes: readonly Counted<LineRow>[], cohort: (of: Cohort) => number): void {
    this.add(
      'line',
      [
        ['transformation', 'text', changes.map(({ row }) => row.transformation)],
        ['side', 'text', changes.map(({ row }) => row.side)],
        ['cohort_id', 'bigint', changes.map(({ row }) => cohort(row.cohort))],
        ['uom', 'text', changes.map(({ row }) => row.uom)],
        ['event_id', 'text', changes.map(({ row }) => row.eventId)],
      ],
      [
        ['amount', 'bigint', changes.map(({ amount }) => amount)],
        ['touches', 'bigint', changes.map(({ count }) => count)],
        ['unknowns', 'int', changes.map(({ unknowns }) => unknowns)],
      ],
      [['at_micros', 'bigint', changes.map(({ row }) => row.atMicros)]],
    );
  }

  private writeInputs(
    changes: readonly Counted<TransformationLine & { readonly thing: string }>[],
    cohort: (of: Cohort) => number,
  ): void {
    this.add(
      'input_thing',
      [
        ['thing', 'text', changes.map(({ row }) => row.thing)],
        ['transformation', 'text', changes.map(({ row }) => row.transformation)],
        ['cohort_id', 'bigint', changes.map(({ row }) => cohort(row.cohort))],
        ['event_id', 'text', changes.map(({ row }) => row.eventId)],
      ],
      [['touches', 'bigint', changes.map(({ count }) => count)]],
      [['at_micros', 'bigint', changes.map(({ row }) => row.atMicros)]],
    );
  }

  private writeParts(changes: readonly Counted<PartRow>[], cohort: (of: Cohort) => number): void {
    this.add(
      'part',
      [
        ['whole', 'text', changes.map(({ row }) => row.whole)],
        ['part_cohort_id', 'bigint', changes.map(({ row }) => cohort(row.partCohort))],
        ['part', 'text', changes.map(({ row }) => row.part ?? '')],
        ['whole_cohort_id', 'bigint', changes.map(({ row }) => cohort(row.wholeCohort))],
      ],
      [['touches', 'bigint', changes.map(({ count }) => count)]],
    );
  }

  private writeInsides(
    table: 'content' | 'weight',
    changes: readonly Counted<WeightRow>[],
    cohort: (of: Cohort) => number,
  ): void {
    this.add(
      table,
      [
        ['container', 'text', changes.map(({ row }) => row.container)],
        ['cohort_id', 'bigint', changes.map(({ row }) => cohort(row.cohort))],
        ['uom', 'text', changes.map(({ row }) => row.uom)],
      ],
      [
        ['amount', 'bigint', changes.map(({ amount }) => amount)],
        ['touches', 'bigint', changes.map(({ count }) => count)],
      ],
    );
  }

  private writeLoose(
    changes: readonly Counted<LooseRow>[],
    cohort: (of: Cohort) => number,
    account: (of: Account) => number,
  ): void {
    this.add(
      'loose',
      [
        ['cohort_id', 'bigint', changes.map(({ row }) => cohort(row.cohort))],
        ['uom', 'text', changes.map(({ row }) => row.uom)],
        ['account_id', 'bigint', changes.map(({ row }) => account(row.account))],
      ],
      [
        ['amount', 'bigint', changes.map(({ amount }) => amount)],
        ['touches', 'bigint', changes.map(({ count }) => count)],
      ],
    );
  }

  private writeExceptions(changes: ReadonlyMap<string, Counted<WorldException>>): void {
    const rows = [...changes.values()];
    this.add(
      'exception',
      [['id', 'text', [...changes.keys()]]],
      [
        ['amount', 'bigint', rows.map(({ amount }) => amount)],
        ['touches', 'bigint', rows.map(({ count }) => count)],
      ],
      [
        ['type', 'text', rows.map(({ row }) => row.type)],
        ['key', 'text', rows.map(({ row }) => row.key)],
        ['party', 'text', rows.map(({ row }) => row.party)],
        ['event_ids', 'text', rows.map(({ row }) => texts(row.eventIds))],
        ['at_micros', 'bigint', rows.map(({ row }) => row.atMicros)],
        ['uom', 'text', rows.map(({ row }) => row.uom ?? null)],
      ],
    );
  }

  /** Adds to counted rows. `identity` decides which row, `sums` are added up, `more` is the row's own and never changes. */
  private add(table: string, identity: readonly Column[], sums: readonly Column[], more: readonly Column[] = []): void {
    const all = [...identity, ...more, ...sums];
    if ((all[0]?.[2].length ?? 0) === 0) return;
    const names = all.map(([name]) => name);
    const keys = identity.map(([name]) => name);
    this.tx.send(
      `INSERT INTO ${this.schema}.${table} AS stored (${names.join(', ')})
       SELECT ${names.map((name) => (name === 'event_ids' ? 'event_ids::text[]' : name)).join(', ')} FROM ${unnested(all)}
       ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${sums.map(([name]) => `${name} = stored.${name} + excluded.${name}`).join(', ')}`,
      all.map(literal),
    );
    // Only rows that this very batch took from can be gone.
    const counts = sums.find(([name]) => name === 'touches')?.[2] ?? [];
    const taken = counts.map((count, index) => (Number(count) < 0 ? index : -1)).filter((index) => index >= 0);
    if (taken.length === 0) return;
    const gone = identity.map(([name, type, values]): Column => [name, type, taken.map((index) => values[index] ?? null)]);
    this.tx.send(
      `DELETE FROM ${this.schema}.${table} WHERE touches <= 0 AND (${keys.join(', ')}) IN (SELECT * FROM ${unnested(gone)})`,
      gone.map(literal),
    );
  }
}

function unnested(columns: readonly Column[]): string {
  return `unnest(${columns.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ')}) AS new(${columns.map(([name]) => name).join(', ')})`;
}

function literal([, type, values]: Column): string {
  return type === 'text' ? texts(values as readonly (string | null)[]) : numbers(values as readonly (number | bigint | null)[]);
}
