import { Injectable, Logger, OnModuleInit } from '@nestjs/common';
import { Progress, Runner, RunnerRegistry } from '@suyuan/platform';
import { setTimeout as wait } from 'node:timers/promises';
import { ACCESS_FOLLOWER, AccessFollower } from './access-follower';

const AGAIN_AFTER_MS = 1_000;

/** Keeps the follower going as long as the process serves; a lost connection costs a second, not the projection. */
@Injectable()
export class AccessRunner implements Runner, OnModuleInit {
  readonly name = ACCESS_FOLLOWER;
  private readonly logger = new Logger(AccessRunner.name);
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly follower: AccessFollower,
    private readonly progress: Progress,
    private readonly runners: RunnerRegistry,
  ) {}

  onModuleInit(): void {
    // Before anybody asks: a reader waits for a follower that has not begun, too.
    this.progress.register(ACCESS_FOLLOWER);
    this.runners.add(this);
  }

  start(): Promise<void> {
    this.running = this.follow();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.follower.run(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.logger.error('the follower of parties and master data stopped and begins again', error);
        await wait(AGAIN_AFTER_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}
