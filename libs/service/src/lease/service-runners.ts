import { Runner, RunnerRegistry } from '@suyuan/platform';
import type { Part, Share } from '../role';
import { LeasedRunner } from './leased-runner';
import { LeaseTable } from './lease-table';

/** The runners of one service: what is every process's, and, under a lease, what is one's. */
export class ServiceRunners extends RunnerRegistry {
  constructor(
    private readonly runs: Readonly<Record<string, Share>>,
    private readonly part: Part,
    private readonly leases: LeaseTable,
  ) {
    super();
  }

  override add(runner: Runner): void {
    const share = this.runs[runner.name];
    if (share === 'each') super.add(runner);
    else if (share === 'one' && this.part !== 'serve') super.add(new LeasedRunner(runner, this.leases));
  }
}
