import { gln, gtin } from '../support/gs1';
import type { SplitProduct } from '../support/split-product';

export const PLACES = [1, 2, 3, 4, 5, 6].map(gln);
export const PRODUCT = gtin(1);
export const RECALLED_LOT = 'L0';
const LOTS = 3;
const SERIALS = 5;

interface Acknowledged {
  readonly eventId: string;
  readonly lot: string;
  readonly place: string;
}

/** Clients that capture production, all the time, whatever happens to the services; remembers what was acknowledged. */
export class Load {
  readonly acknowledged: Acknowledged[] = [];
  /** Calls that were not acknowledged: refused for the moment, broken off, or answered by nobody. */
  failures = 0;
  private readonly run = Math.random().toString(36).slice(2, 8);
  private number = 0;
  private going = true;
  private readonly writers: Promise<void>[];

  constructor(
    private readonly product: SplitProduct,
    writers: number,
  ) {
    this.writers = Array.from({ length: writers }, () => this.write());
  }

  /** Positions come back with the answers: the last one that was acknowledged. */
  position = 0;

  async end(): Promise<void> {
    this.going = false;
    await Promise.all(this.writers);
  }

  private async write(): Promise<void> {
    while (this.going) {
      const number = (this.number += 1);
      const lot = number % 20 === 0 ? RECALLED_LOT : `L${1 + (number % (LOTS - 1))}`;
      const place = PLACES[number % PLACES.length] ?? '';
      const serials = Array.from({ length: SERIALS }, (_, index) => `${this.run}-${number}-${index}`);
      const row = { product: PRODUCT, lot, serials, place, at: '2026-05-01T08:00:00+08:00' };
      const answer = await this.product.call('POST', '/api/v1/events/production', row).catch(() => undefined);
      if (answer?.status === 201) {
        this.acknowledged.push({ eventId: answer.body.eventIds[0], lot, place });
        this.position = Math.max(this.position, Number(answer.headers.get('suyuan-position')));
      } else if (answer === undefined || answer.status >= 500) {
        this.failures += 1;
        await new Promise((resolve) => setTimeout(resolve, 100));
      } else throw new Error(`refused: ${JSON.stringify(answer.body)}`);
      // The machine has other work: a steady stream, not as much as it bears.
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
