/** How far one projection or process manager of this process has followed the log. */
export interface Follower {
  readonly name: string;
  /** Log position whose effects are all visible. */
  readonly position: number;
}

/**
 * Where `?atLeast=` waits: every projection of the process reports its position here, and a reader may wait until all
 * of them have passed the position of its own write.
 */
export class Progress {
  private readonly positions = new Map<string, number>();
  private waiting: { position: number; wake: () => void }[] = [];
  private readonly listeners = new Set<(name: string) => void>();

  /** Call once at start for each follower, so that a reader also waits for one that has not begun. */
  register(name: string, position = 0): void {
    if (!this.positions.has(name)) this.positions.set(name, position);
  }

  report(name: string, position: number): void {
    this.positions.set(name, Math.max(position, this.positions.get(name) ?? 0));
    for (const listener of this.listeners) listener(name);
    const reached = this.reached();
    this.waiting = this.waiting.filter((waiter) => {
      if (waiter.position > reached) return true;
      waiter.wake();
      return false;
    });
  }

  /** Told, with the follower's name, of every report, those of other processes too. Listeners must not throw. */
  listen(listener: (name: string) => void): void {
    this.listeners.add(listener);
  }

  /** The position that every registered follower has passed. */
  reached(): number {
    return this.positions.size === 0 ? Number.MAX_SAFE_INTEGER : Math.min(...this.positions.values());
  }

  /** Where one follower stands; undefined when this process has none of that name. */
  positionOf(name: string): number | undefined {
    return this.positions.get(name);
  }

  followers(): Follower[] {
    return [...this.positions].map(([name, position]) => ({ name, position }));
  }

  /** True when `position` was reached within `timeoutMs`. */
  async waitFor(position: number, timeoutMs: number): Promise<boolean> {
    if (this.reached() >= position) return true;
    return new Promise((resolve) => {
      const waiter = { position, wake: () => finish(true) };
      const timer = setTimeout(() => finish(false), timeoutMs);
      const finish = (reached: boolean): void => {
        clearTimeout(timer);
        this.waiting = this.waiting.filter((other) => other !== waiter);
        resolve(reached);
      };
      this.waiting.push(waiter);
    });
  }
}
