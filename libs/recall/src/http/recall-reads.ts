import { exact } from '../domain/sums';
import { isAuthority, Principal } from '@suyuan/access';
import { toUri } from '@suyuan/gs1';
import { Database, Problem } from '@suyuan/platform';
import { hasActed, HolderTaskState, isDone, SIDE_STATES, STAGES, stateName } from '../domain/holder-task.state';
import { RecallState } from '../domain/recall.decider';
import { ScopeResolved } from '../domain/recall.events';
import { TASK_STATE_WORDS } from '../domain/holder-task.words';
import { ENTRY_WORDS } from '../domain/recall.words';
import { PersonalData } from '../privacy/personal-data';
import { Words } from '../privacy/words';
import { showScope } from '../scope/show-scope';
import { quantitiesOf } from './notice-view';

export interface StoredRecall {
  readonly id: string;
  readonly state: RecallState;
  readonly resolution: ScopeResolved | null;
}

/** A recall as its own people read it. */
export function showRecall({ id, state }: Pick<StoredRecall, 'id' | 'state'>): Record<string, unknown> {
  const { content } = state;
  return {
    id,
    state: state.phase,
    mode: state.mode,
    basis: state.basis,
    ...content,
    ...(content === undefined ? {} : { scope: showScope(content.scope) }),
    producers: state.producers.map(toUri),
    version: state.contentVersion,
    decidedAt: state.decidedAt,
    ...(state.activatedAt === undefined ? {} : { activatedAt: state.activatedAt }),
    ...(state.completedAt === undefined ? {} : { completedAt: state.completedAt }),
    ...(state.terminatedAt === undefined ? {} : { terminatedAt: state.terminatedAt }),
    ...(state.publishedAt === undefined ? {} : { publishedAt: state.publishedAt }),
    ...(state.plan === undefined ? {} : { plan: state.plan }),
    ...(state.objection === undefined ? {} : { objection: state.objection }),
    ...(state.reports.length === 0 ? {} : { reports: state.reports }),
    ...awaiting(state),
  };
}

/** A producer reads the recalls of its own products; others do not learn that there are any. */
export function isReadableBy({ state }: StoredRecall, caller: Principal): boolean {
  return (
    isAuthority(caller) || caller.role === 'auditor' || (caller.party !== undefined && state.producers.includes(caller.party))
  );
}

/** @throws a 404 that does not say whether the recall exists */
export function mayReadRecall(recall: StoredRecall, caller: Principal): StoredRecall {
  if (!isReadableBy(recall, caller)) throw Problem.notFound('There is no such recall.');
  return recall;
}

/** What waits for a second key: the newest proposal, which `approve` takes when it names none, and all of them. */
function awaiting({ proposals }: RecallState): Record<string, unknown> {
  const shown = proposals.map(({ kind, reason }) => ({ kind, ...(reason === undefined ? {} : { reason }) }));
  return shown.length === 0 ? {} : { awaitingApproval: shown[shown.length - 1], proposals: shown };
}

/** The read models of recalls. */
export class RecallReads {
  constructor(
    private readonly database: Database,
    private readonly personal: PersonalData,
    private readonly words: Words,
  ) {}

  async recall(id: string): Promise<StoredRecall> {
    const [row] = await this.database.query<StoredRecall>('SELECT id, state, resolution FROM recall_recall WHERE id = $1', [id]);
    if (row === undefined) throw Problem.notFound('There is no such recall.');
    return { ...row, state: await this.personal.filledOne(row.state) };
  }

  async recalls(limit: number, offset: number, where = 'true'): Promise<StoredRecall[]> {
    const rows = await this.database.query<StoredRecall>(
      `SELECT id, state, resolution FROM recall_recall WHERE ${where} ORDER BY decided_at DESC, id LIMIT $1 OFFSET $2`,
      [limit, offset],
    );
    const states = await this.personal.filled(rows.map(({ state }) => state));
    return rows.map((row, index) => ({ ...row, state: states[index] ?? row.state }));
  }

  async tasks(id: string): Promise<HolderTaskState[]> {
    const rows = await this.database.query<{ state: HolderTaskState }>(
      'SELECT state FROM recall_task WHERE recall_id = $1 ORDER BY party',
      [id],
    );
    return this.words.spoken(
      rows.map(({ state }) => state),
      TASK_STATE_WORDS,
    );
  }

  /** One holder's task. @throws a 404 */
  async task(id: string, noticeId: string): Promise<HolderTaskState> {
    const [row] = await this.database.query<{ state: HolderTaskState }>(
      'SELECT state FROM recall_task WHERE recall_id = $1 AND notice_id = $2',
      [id, noticeId],
    );
    if (row === undefined) throw Problem.notFound('There is no such holder of this recall.');
    return this.words.spokenOne(row.state, TASK_STATE_WORDS);
  }

  /** `…/holders`: every party with its class, quantities and notice; goods without a known holder come last. */
  async holders(id: string): Promise<Record<string, unknown>[]> {
    const { resolution } = await this.recall(id);
    const items = (await this.tasks(id)).map((task) => {
      const places = [
        ...new Set((task.holding?.rows ?? []).flatMap(({ place }) => (place === null ? [] : [toUri(place)]))),
      ].sort();
      return {
        party: toUri(task.party),
        ...(places.length === 1 ? { place: places[0] } : {}),
        places,
        class: task.holding?.class ?? 'unknown',
        certainty: task.holding?.certainty ?? 'possible',
        quantities: task.holding === undefined ? [] : quantitiesOf(task.holding),
        since: task.holding?.since ?? task.foundAt,
        noticeId: task.noticeId,
        state: stateName(task),
        ...(task.mark === undefined ? {} : { mark: task.mark }),
        escalations: task.escalations,
        ...(task.moreSince === undefined ? {} : { moreSince: task.moreSince }),
        ...(task.forwardedBy === undefined ? {} : { forwardedBy: toUri(task.forwardedBy) }),
      };
    });
    const unknown = (resolution?.unassigned ?? []).map(({ product, uom, quantity, state, from, since, certainty }) => ({
      party: null,
      places: [],
      class: 'unknown',
      certainty,
      quantities: quantitiesOf({
        rows: [{ party: null, place: null, product, uom, quantity, state: state as 'held', since, certainty }],
      }),
      ...(from === null || from === undefined ? {} : { from: toUri(from) }),
      since,
      noticeId: null,
      why: 'Nobody said who has these goods: ask who sent them.',
    }));
    return [...items, ...unknown];
  }

  async progress(id: string): Promise<Record<string, unknown>> {
    const { resolution } = await this.recall(id);
    const tasks = await this.tasks(id);
    const live = tasks.filter(({ released }) => !released);
    const count = (wanted: (task: HolderTaskState) => boolean): number => live.filter(wanted).length;
    const byState: Record<string, number> = {};
    for (const name of [...STAGES, ...SIDE_STATES]) byState[name] = tasks.filter((task) => stateName(task) === name).length;
    return {
      tasks: {
        total: live.length,
        sent: count(({ sentAt }) => sentAt !== undefined),
        delivered: count(({ everDeliveredAt }) => everDeliveredAt !== undefined),
        acknowledged: count(({ acknowledgedAt }) => acknowledgedAt !== undefined),
        acted: count(hasActed),
        done: count(isDone),
      },
      quantities: quantitiesOfRecall(live, resolution),
      byState,
    };
  }

  async timeline(id: string, limit: number, offset: number): Promise<Record<string, unknown>[]> {
    await this.recall(id);
    const rows = await this.database.query<{
      position: number;
      at: string;
      type: string;
      party: string | null;
      data: Record<string, unknown>;
    }>('SELECT position, at, type, party, data FROM recall_entry WHERE recall_id = $1 ORDER BY position LIMIT $2 OFFSET $3', [
      id,
      limit,
      offset,
    ]);
    const entries = rows.map(({ position, at, type, party, data }) => {
      const by = data['by'] as { role?: string } | string | undefined;
      return {
        position,
        at,
        type,
        ...(party === null ? {} : { party: toUri(party) }),
        ...(typeof by === 'object' && by.role !== undefined ? { by: by.role } : {}),
        ...pick(data, ['reason', 'summary', 'kind', 'version', 'channel', 'affected', 'lines', 'tracePosition', 'products']),
      };
    });
    return this.words.spoken(entries, ENTRY_WORDS);
  }
}

function quantitiesOfRecall(tasks: readonly HolderTaskState[], resolution: ScopeResolved | null): Record<string, unknown>[] {
  const sums = new Map<
    string,
    Record<'produced' | 'held' | 'inTransit' | 'sold' | 'consumed' | 'destroyed' | 'contained' | 'disposed', number>
  >();
  const at = (product: string, uom: string): NonNullable<ReturnType<typeof sums.get>> => {
    const name = `${product}\n${uom}`;
    const sum = sums.get(name) ?? {
      produced: 0,
      held: 0,
      inTransit: 0,
      sold: 0,
      consumed: 0,
      destroyed: 0,
      contained: 0,
      disposed: 0,
    };
    sums.set(name, sum);
    return sum;
  };
  for (const { product, uom, quantity } of resolution?.produced ?? []) at(toUri(product), uom).produced += quantity;
  const rows = [...tasks.flatMap(({ holding }) => holding?.rows ?? [])];
  for (const { product, uom, ...states } of quantitiesOf({ rows })) {
    const sum = at(product, uom);
    for (const [state, quantity] of Object.entries(states)) sum[state as keyof typeof states] += quantity;
  }
  for (const { product, uom, quantity, state } of resolution?.unassigned ?? [])
    if (state === 'in_transit') at(toUri(product), uom).inTransit += quantity ?? 0;
  for (const { contained, disposed } of tasks) {
    for (const { product, uom, quantity } of contained ?? []) at(toUri(product), uom).contained += quantity;
    for (const { product, uom, quantity } of disposed) at(toUri(product), uom).disposed += quantity;
  }
  return [...sums].map(([name, sum]) => {
    const [product, uom] = name.split('\n');
    const located = sum.held + sum.inTransit;
    const known = located + sum.sold + sum.consumed + sum.destroyed;
    return {
      product,
      uom,
      produced: exact(sum.produced),
      affected: exact(Math.max(sum.produced, known)),
      located: exact(located),
      contained: exact(sum.contained),
      disposed: exact(sum.disposed),
      sold: exact(sum.sold),
      consumed: exact(sum.consumed),
      unaccounted: exact(Math.max(0, sum.produced - known)),
    };
  });
}

function pick(data: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => data[name] !== undefined).map((name) => [name, data[name]]));
}
