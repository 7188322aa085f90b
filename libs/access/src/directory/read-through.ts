/**
 * A bounded read-through cache that also remembers absence. A value loaded while its key was forgotten is not kept: it
 * may be older than what made us forget.
 */
export class ReadThrough<Value> {
  private readonly kept = new Map<string, Value | undefined>();
  private generation = 0;

  constructor(
    private readonly load: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
    private readonly entriesMax: number,
  ) {}

  async get(key: string): Promise<Value | undefined> {
    if (this.kept.has(key)) return this.kept.get(key);
    return (await this.getAll([key])).get(key);
  }

  async getAll(keys: readonly string[]): Promise<Map<string, Value>> {
    const missing = [...new Set(keys)].filter((key) => !this.kept.has(key));
    const found = new Map<string, Value>();
    for (const key of keys) {
      const value = this.kept.get(key);
      if (value !== undefined) found.set(key, value);
    }
    if (missing.length === 0) return found;
    const generation = this.generation;
    const loaded = await this.load(missing);
    for (const [key, value] of loaded) found.set(key, value);
    if (generation === this.generation) for (const key of missing) this.keep(key, loaded.get(key));
    return found;
  }

  forget(key: string): void {
    this.generation += 1;
    this.kept.delete(key);
  }

  private keep(key: string, value: Value | undefined): void {
    if (this.kept.size >= this.entriesMax) {
      const oldest = this.kept.keys().next();
      if (!oldest.done) this.kept.delete(oldest.value);
    }
    this.kept.set(key, value);
  }
}
