import type { Database, PlatformParts } from '@suyuan/platform';
import { LeaseTable } from './lease/lease-table';
import { ServiceRunners } from './lease/service-runners';
import { SharedProgress } from './progress/shared-progress';
import type { Part, Role } from './role';

/** What makes a process one of several: its part of the runners, and the progress of all. */
export class SharedWork {
  readonly parts: Pick<PlatformParts, 'progress' | 'runners'>;
  private readonly progress: SharedProgress;

  constructor(database: Database, role: Role, part: Part) {
    // Followers that every process has keep what is in its memory: what another one's has reached says nothing about it.
    const own = Object.keys(role.runs).filter((name) => role.runs[name] === 'each');
    this.progress = new SharedProgress(database, role.needs, new Set(own));
    this.parts = { progress: this.progress, runners: new ServiceRunners(role.runs, part, new LeaseTable(database)) };
  }

  start(): void {
    this.progress.start();
  }

  async stop(): Promise<void> {
    await this.progress.stop();
  }
}
