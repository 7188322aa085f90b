import { Clock, Database } from '@suyuan/platform';
import { TraceReader } from '@suyuan/trace';
import { DueTimes, Holding } from '../domain/holder-task.events';
import { HolderTaskState } from '../domain/holder-task.state';
import { PostRecallMovementSeen } from '../domain/recall.events';
import { RegimeBook } from '../regimes/regime-book';
import { holdingsByParty, noticeIdOf } from './holdings';
import { RecallStreams } from './recall-streams';
import { TaskBatch } from './task-batch';

/** Phases in which the holders of a recall are looked for and told. */
export const OPEN_PHASES: readonly string[] = ['active', 'completing', 'monitored'];

const CORRECTED = 'The facts on which the notice rested have been corrected: no affected goods are known with you.';
const NARROWED = 'The recall no longer covers the goods that were with you.';
const WITHDRAWN = 'The recall has been withdrawn.';

/** Asks the graph who has the goods of a recall and brings the holders' tasks in line with its answer. */
export class HolderResolution {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly trace: TraceReader,
    private readonly streams: RecallStreams,
    private readonly tasks: TaskBatch,
    private readonly regimes: RegimeBook,
  ) {}

  /** May run any number of times: what is known already is not written again. @returns the last position written, 0 if none */
  async resolve(id: string): Promise<number> {
    const recall = await this.streams.readRecall(id);
    const { content, contentVersion } = recall;
    if (content === undefined || !OPEN_PHASES.includes(recall.phase)) return 0;
    const found = await this.trace.holdersOfScope(content.scope);
    const { parties, unassigned } = holdingsByParty(found);
    const at = this.clock.now();
    const stamp = { at: at.toISOString(), dueAt: this.regimes.dueTimes(content.regimes, content.class, at), contentVersion };
    const products = [...new Set([...found.rows, ...found.former, ...found.produced].map(({ product }) => product))].sort();
    const resolution = { contentVersion, products, produced: found.produced, unassigned };
    const noted = await this.streams.noteAll(id, [
      {
        event: { type: 'ScopeResolved', at: stamp.at, tracePosition: found.position, ...resolution },
        identity: JSON.stringify([found.position, resolution]),
      },
      ...(await this.proven(movements(recall.activatedAt, parties, stamp.at))),
    ]);
    const told = await this.tasks.handle(
      [...parties].map(([party, holding]) => ({
        recallId: id,
        party,
        command: {
          type: 'FindHolder',
          recallId: id,
          party,
          noticeId: noticeIdOf(id, party),
          holding,
          tracePosition: found.position,
          updates: true,
          ...stamp,
        },
      })),
    );
    const released = await this.release(id, stamp, (state) => {
      if (parties.has(state.party) || state.forwardedBy !== undefined) return undefined;
      return state.contentVersion < contentVersion ? NARROWED : CORRECTED;
    });
    return Math.max(noted, told.position, released);
  }

  /** Names the events behind each movement. */
  private async proven(moved: readonly { event: PostRecallMovementSeen; identity: string }[]): Promise<typeof moved> {
    const proven: { event: PostRecallMovementSeen; identity: string }[] = [];
    for (const { event, identity } of moved) {
      const { steps } = await this.trace.proofOf(event.party, event.products, new Set());
      const eventIds = steps
        .filter(({ to, lastAt }) => to.party === event.party && Date.parse(lastAt) >= Date.parse(event.since))
        .flatMap((step) => step.eventIds);
      proven.push({ event: { ...event, eventIds: [...new Set(eventIds)] }, identity });
    }
    return proven;
  }

  /** A recall withdrawn in error: every holder is told that its goods are free again. */
  async releaseAll(id: string): Promise<number> {
    const recall = await this.streams.readRecall(id);
    if (recall.phase !== 'withdrawn_in_error') return 0;
    const at = this.clock.now();
    const dueAt = this.regimes.dueTimes(recall.content?.regimes ?? [], recall.content?.class, at);
    return this.release(id, { at: at.toISOString(), dueAt, contentVersion: recall.contentVersion }, () => WITHDRAWN);
  }

  private async release(
    id: string,
    stamp: { readonly at: string; readonly dueAt: DueTimes; readonly contentVersion: number },
    reasonFor: (state: HolderTaskState) => string | undefined,
  ): Promise<number> {
    const known = await this.database.query<{ state: HolderTaskState }>(
      `SELECT state FROM recall_task WHERE recall_id = $1 AND name <> 'released'`,
      [id],
    );
    const commands = known.flatMap(({ state }) => {
      const reason = reasonFor(state);
      return reason === undefined
        ? []
        : [{ recallId: id, party: state.party, command: { type: 'ReleaseHolder', reason, ...stamp } as const }];
    });
    return (await this.tasks.handle(commands)).position;
  }
}

/** Affected goods that reached somebody after the recall began. */
function movements(
  activatedAt: string | undefined,
  parties: ReadonlyMap<string, Holding>,
  at: string,
): { event: PostRecallMovementSeen; identity: string }[] {
  if (activatedAt === undefined) return [];
  return [...parties].flatMap(([party, { class: kind, rows }]) => {
    if (kind !== 'current' && kind !== 'in_transit') return [];
    const moved = rows.filter(
      ({ state, since, quantity }) =>
        (state === 'held' || state === 'in_transit') && (quantity ?? 1) > 0 && Date.parse(since) > Date.parse(activatedAt),
    );
    const since = moved.map((row) => row.since).sort()[0];
    if (since === undefined) return [];
    const products = [...new Set(moved.map(({ product }) => product))].sort();
    const event: PostRecallMovementSeen = { type: 'PostRecallMovementSeen', at, party, products, since };
    return [{ event, identity: JSON.stringify([party, products, since]) }];
  });
}
