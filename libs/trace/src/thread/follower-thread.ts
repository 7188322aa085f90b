import { Progress, Runner } from '@suyuan/platform';
import { setTimeout as wait } from 'node:timers/promises';
import { TRACE_FOLLOWER } from '../projection/trace-follower';
import { GraphThread } from './graph-thread';
import { ThreadOrder } from './thread-messages';

const AGAIN_MS = 1_000;

/**
 * The trace follower in a thread of its own: capture and questions on one processor, the graph on another. A thread that
 * breaks is begun again; the log and the checkpoint are all it needs.
 */
export class FollowerThread implements Runner {
  readonly name = TRACE_FOLLOWER;
  private stopping = new AbortController();
  private thread: GraphThread | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly order: Omit<ThreadOrder, 'task'>,
    private readonly progress: Progress,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): Promise<void> {
    this.stopping = new AbortController();
    this.progress.register(this.name);
    this.running = this.keepRunning(this.stopping.signal);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.thread?.stop();
    await this.running;
  }

  private async keepRunning(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.thread = new GraphThread({ ...this.order, task: 'follow' }, (message) => {
        if (message.kind === 'position') this.progress.report(this.name, message.position);
      });
      try {
        await this.thread.ended;
      } catch (error) {
        if (!signal.aborted) this.onError(error);
      }
      await wait(AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
