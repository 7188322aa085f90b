import { Settlement, SettledDelivery } from './delivery-store';

interface Waiting {
  readonly settlement: Settlement;
  readonly done: (settled: SettledDelivery | undefined) => void;
  readonly failed: (error: unknown) => void;
}

const BATCH_MAX = 500;

/** Writes outcomes in groups: what ends while one group is being written makes the next. */
export class Settlements {
  private waiting: Waiting[] = [];
  private writing = false;

  constructor(private readonly write: (settlements: readonly Settlement[]) => Promise<SettledDelivery[]>) {}

  /** Durable when it resolves; with what the owner must hear of, if anything. */
  async settle(settlement: Settlement): Promise<SettledDelivery | undefined> {
    return new Promise((done, failed) => {
      this.waiting.push({ settlement, done, failed });
      if (!this.writing) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.writing = true;
    while (this.waiting.length > 0) {
      const group = this.waiting.splice(0, BATCH_MAX);
      try {
        const settled = new Map((await this.write(group.map(({ settlement }) => settlement))).map((one) => [one.id, one]));
        for (const { settlement, done } of group) done(settled.get(settlement.delivery.id));
      } catch (error) {
        for (const { failed } of group) failed(error);
      }
    }
    this.writing = false;
  }
}
