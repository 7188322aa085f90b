/**
 * Gathers keys that are asked for while a read is under way into the next read: under load one statement serves many
 * requests, alone a request waits for nobody. At most `readsMax` reads at once.
 */
export class ReadBatches<T> {
  private waiting = new Map<string, { resolve: (value: T | undefined) => void; reject: (error: unknown) => void }[]>();
  private reading = 0;

  constructor(
    private readonly read: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>,
    private readonly keysMax = 500,
    private readonly readsMax = 2,
  ) {}

  /** What the read gives for this key, undefined when it gives nothing. Rejects as the read does. */
  get(key: string): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const asking = this.waiting.get(key);
      if (asking === undefined) this.waiting.set(key, [{ resolve, reject }]);
      else asking.push({ resolve, reject });
      // After this turn, so that all codes of one request, and requests that came together, share a read.
      if (this.reading < this.readsMax) setImmediate(() => void this.next());
    });
  }

  private async next(): Promise<void> {
    if (this.reading >= this.readsMax || this.waiting.size === 0) return;
    const batch = [...this.waiting].slice(0, this.keysMax);
    for (const [key] of batch) this.waiting.delete(key);
    this.reading += 1;
    try {
      const found = await this.read(batch.map(([key]) => key));
      for (const [key, asking] of batch) for (const { resolve } of asking) resolve(found.get(key));
    } catch (error) {
      for (const [, asking] of batch) for (const { reject } of asking) reject(error);
    } finally {
      this.reading -= 1;
      void this.next();
    }
  }
}
