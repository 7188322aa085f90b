import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { LogHead } from '../projection/log-head';
import { Follower, Progress } from '../projection/progress';

export interface FollowerLag extends Follower {
  /** Log positions still to come. */
  readonly lag: number;
}

/** How far the followers of this process are behind the log. */
@Injectable()
export class Followers {
  constructor(
    private readonly progress: Progress,
    private readonly modules: ModuleRef,
  ) {}

  /** Looked up late: the event log's module is the app's, and comes after this one. */
  async head(): Promise<number> {
    return this.modules.get<LogHead>(LogHead as never, { strict: false }).head();
  }

  async lags(): Promise<{ head: number; followers: FollowerLag[] }> {
    const head = await this.head();
    return { head, followers: this.progress.followers().map((one) => ({ ...one, lag: Math.max(0, head - one.position) })) };
  }
}
