import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Clock } from '../clock';
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
    private readonly clock: Clock,
  ) {}

  async head(): Promise<number> {
    return this.log.head();
  }

  async lags(): Promise<{ head: number; followers: FollowerLag[] }> {
    const head = await this.head();
    return { head, followers: this.progress.followers().map((one) => ({ ...one, lag: Math.max(0, head - one.position) })) };
  }

  /** By the age of the first record that each has still to come to. */
  async lagsInTime(): Promise<{ name: string; seconds: number }[]> {
    const { followers } = await this.lags();
    const seconds = async ({ lag, position }: FollowerLag): Promise<number> => {
      const taken = lag === 0 ? undefined : await this.log.timeAfter(position);
      return taken === undefined ? 0 : Math.max(0, this.clock.now().getTime() - taken.getTime()) / 1000;
    };
    return Promise.all(followers.map(async (one) => ({ name: one.name, seconds: await seconds(one) })));
  }

  /** Looked up late: the event log's module is the app's, and comes after this one. */
  private get log(): LogHead {
    return this.modules.get<LogHead>(LogHead as never, { strict: false });
  }
}
