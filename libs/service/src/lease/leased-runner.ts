import { Logger } from '@nestjs/common';
import type { Runner } from '@suyuan/platform';
import { setTimeout as wait } from 'node:timers/promises';
import { LEASE_MS, LeaseTable } from './lease-table';

const RENEW_MS = LEASE_MS / 5;
/** Without a renewal for so long the work is given up, well before another process may begin it. */
const GIVE_UP_MS = LEASE_MS * 0.7;

/**
 * Work that one process at a time does, of all that could: done while the lease is held, taken over when its holder stops
 * or falls silent. Should a silent holder still be at it, both do the same for a moment; every follower keeps its
 * checkpoint in the transaction of its effects, so that this changes nothing.
 */
export class LeasedRunner implements Runner {
  readonly name: string;
  private readonly logger = new Logger(LeasedRunner.name);
  private stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly work: Runner,
    private readonly leases: LeaseTable,
  ) {
    this.name = work.name;
  }

  start(): Promise<void> {
    this.stopping = new AbortController();
    this.running = this.contend(this.stopping.signal);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async contend(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (await this.leases.hold(this.name).catch(() => false)) await this.workWhileHeld(signal);
      await wait(RENEW_MS / 2, undefined, { signal }).catch(() => undefined);
    }
  }

  private async workWhileHeld(signal: AbortSignal): Promise<void> {
    this.logger.debug(`${this.name} is ours`);
    try {
      await this.work.start();
      await this.keep(signal);
    } catch (error) {
      this.logger.error(`${this.name} could not begin`, error);
    }
    await this.work.stop().catch((error: unknown) => this.logger.error(`${this.name} did not stop cleanly`, error));
    // Left to run out when the database is away.
    await this.leases.release(this.name).catch(() => undefined);
  }

  /** Resolves when told to stop or the lease is lost. */
  private async keep(signal: AbortSignal): Promise<void> {
    let heldAt = performance.now();
    while (!signal.aborted) {
      await wait(RENEW_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const askedAt = performance.now();
      const held = await Promise.race([this.leases.hold(this.name).catch(() => undefined), wait(RENEW_MS, undefined)]);
      if (held === true) heldAt = askedAt;
      if (held === false || performance.now() - heldAt > GIVE_UP_MS) {
        this.logger.warn(`${this.name} goes to another process`);
        return;
      }
    }
  }
}
