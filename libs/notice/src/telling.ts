import { SettledDelivery } from './delivery-store';

const TELLERS_MAX = 8;

/**
 * Tells the owner of the notices what came of them, beside the sending and never in its way. What is not told when the process
 * ends is told by the next sweep: whether it was is in the tables.
 */
export class Telling {
  private readonly queue: SettledDelivery[] = [];
  private readonly known = new Set<number>();
  private readonly tellers = new Set<Promise<void>>();
  private stopped = false;

  constructor(
    private readonly tell: (settled: SettledDelivery) => Promise<void>,
    private readonly onError: (error: unknown) => void,
  ) {}

  add(settled: SettledDelivery): void {
    if (this.stopped || this.known.has(settled.id)) return;
    this.known.add(settled.id);
    this.queue.push(settled);
    if (this.tellers.size >= TELLERS_MAX) return;
    const teller = this.work().finally(() => this.tellers.delete(teller));
    this.tellers.add(teller);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.tellers);
    this.queue.length = 0;
    this.known.clear();
    this.stopped = false;
  }

  private async work(): Promise<void> {
    for (let next = this.queue.shift(); next !== undefined && !this.stopped; next = this.queue.shift()) {
      await this.tell(next).catch(this.onError);
      this.known.delete(next.id);
    }
  }
}
