import { Database, Problem } from '@suyuan/platform';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { GraphWork, WorkProgress } from '../projection/graph-work';
import { Moment } from './knowledge';

/** How long a question waits for its graph before it is told to ask again. */
const PATIENCE_MS = 20_000;
const AGAIN_SECONDS = 10;
/** Kept for the next page of an answer, and for who was told to ask again. */
const KEPT_MS = 10 * 60_000;
const KEPT_MAX = 4;
const PREFIX = 'trace_past_';
/** What another process left behind is dropped at this age: nobody keeps one so long. */
const LEFT_BEHIND_SECONDS = 6 * 3_600;

/** A graph of what was, ready to be read. */
export interface PastGraph {
  readonly schema: string;
  readonly position: number;
  readonly moment: Moment;
}

interface Making {
  readonly schema: string;
  readonly moment: Moment;
  readonly ready: Promise<PastGraph>;
  progress: WorkProgress;
  /** Questions that read it now or wait for it. */
  readers: number;
  usedAt: number;
}

/**
 * Graphs of the past that are too large to be replayed in memory. One is made at a time; a question that would wait long is
 * answered with how far it is, and finds the graph when it comes again.
 */
export class PastGraphs {
  private readonly graphs = new Map<string, Making>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly work: GraphWork,
    private readonly onError: (error: unknown) => void,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  /**
   * @param seeds nodes that the question is about
   * @param isOfNow the question says no event time of its own: a graph made a moment ago serves it
   * @throws a Problem (503, `Retry-After`) while the graph is still being made
   */
  async read<Answer>(
    seeds: readonly string[],
    moment: Moment,
    isOfNow: boolean,
    ask: (graph: PastGraph) => Promise<Answer>,
  ): Promise<Answer> {
    const name = JSON.stringify([[...seeds].sort(), moment.known ?? null, isOfNow ? null : moment.asOfMicros]);
    await this.forgetOld();
    const making = this.graphs.get(name) ?? this.make(name, seeds, moment);
    making.readers += 1;
    try {
      const waited = new AbortController();
      const graph = await Promise.race([
        making.ready,
        sleep(this.patienceMs, undefined, { signal: waited.signal, ref: false }),
      ]).finally(() => waited.abort());
      if (graph === undefined) throw notYet(making.progress);
      return await ask(graph);
    } finally {
      making.readers -= 1;
      making.usedAt = Date.now();
    }
  }

  /** Drops all of them. */
  async close(): Promise<void> {
    await this.last.catch(() => undefined);
    for (const name of [...this.graphs.keys()]) await this.drop(name);
  }

  private make(name: string, seeds: readonly string[], moment: Moment): Making {
    const schema = `${PREFIX}${Math.floor(Date.now() / 1000)}_${randomBytes(4).toString('hex')}`;
    const { asOfMicros, known } = moment;
    const ready = this.last.then(async () => {
      await this.dropLeftBehind();
      const { position } = await this.work.past({ schema, seeds, asOfMicros, known }, (progress) => (making.progress = progress));
      return { schema, position, moment };
    });
    this.last = ready.catch(() => undefined);
    const making: Making = {
      ...{ schema, moment, ready, readers: 0, usedAt: Date.now() },
      progress: { phase: 'find', done: 0, total: 1 },
    };
    this.graphs.set(name, making);
    // Whoever waits hears it too; whoever has gone must not leave a rejection that nobody hears.
    ready.catch((error: unknown) => {
      this.onError(error);
      void this.drop(name).catch(this.onError);
    });
    return making;
  }

  private async forgetOld(): Promise<void> {
    const idle = [...this.graphs].filter(([, { readers }]) => readers === 0).sort(([, a], [, b]) => a.usedAt - b.usedAt);
    let tooMany = this.graphs.size - KEPT_MAX;
    for (const [name, { usedAt }] of idle) if (tooMany-- > 0 || Date.now() - usedAt > KEPT_MS) await this.drop(name);
  }

  private async drop(name: string): Promise<void> {
    const making = this.graphs.get(name);
    if (making === undefined) return;
    this.graphs.delete(name);
    await making.ready.catch(() => undefined);
    await this.database.query(`DROP SCHEMA IF EXISTS ${making.schema} CASCADE`);
  }

  private async dropLeftBehind(): Promise<void> {
    const rows = await this.database.query<{ name: string }>(
      `SELECT nspname::text AS name FROM pg_namespace WHERE starts_with(nspname::text, $1) AND split_part(substr(nspname, length($1) + 1), '_', 1)::bigint < $2`,
      [PREFIX, Math.floor(Date.now() / 1000) - LEFT_BEHIND_SECONDS],
    );
    for (const { name } of rows) await this.database.query(`DROP SCHEMA IF EXISTS "${name}" CASCADE`);
  }
}

function notYet({ phase, done, total }: WorkProgress): Problem {
  const detail = 'This answer rests on very many events of the past, which are being put together. Ask again a little later.';
  const headers = { 'Retry-After': String(AGAIN_SECONDS) };
  return new Problem(503, 'trace/being-made-ready', 'Being made ready', detail, undefined, headers, {
    progress: { phase, done, total },
  });
}
