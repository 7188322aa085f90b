import { Gauge, Registry } from 'prom-client';
import { setTimeout as wait } from 'node:timers/promises';

/** A scrape does not wait longer for a database or broker that is away: what it can't know is left out. */
const PATIENCE_MS = 2_000;
/** Several scrapers, and a hurried one, cost no more than this. */
const KEPT_MS = 5_000;

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface AskedGauge {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
  /** Milliseconds for which an answer is shown again; 5,000 where nothing is said. */
  readonly keptMs?: number;
  readonly ask: () => Promise<readonly Sample[]>;
}

/** A gauge whose values are asked for when somebody scrapes. An error or a long wait makes it empty, never the scrape fail. */
export function askedGauge(registry: Registry, { name, help, labelNames = [], keptMs = KEPT_MS, ask }: AskedGauge): void {
  let known: readonly Sample[] = [];
  let answeredMs = -Infinity;
  /** Settles with the answer, or when nobody waits for it any longer: later scrapes then do not wait at all. */
  let waiting: Promise<unknown> | undefined;
  const begin = (): Promise<unknown> => {
    known = [];
    const asked = Promise.resolve()
      .then(ask)
      .then(
        (samples) => void (known = samples),
        () => undefined,
      )
      .finally(() => {
        answeredMs = performance.now();
        waiting = undefined;
      });
    return Promise.race([asked, wait(PATIENCE_MS, undefined, { ref: false })]);
  };
  new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    async collect() {
      if (waiting === undefined && performance.now() - answeredMs >= keptMs) waiting = begin();
      await waiting;
      this.reset();
      // A gauge without labels begins at 0, which would be a claim.
      if (labelNames.length === 0) this.remove();
      for (const { labels = {}, value } of known) this.set(labels, value);
    },
  });
}
