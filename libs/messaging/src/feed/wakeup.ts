/** Wakes whoever waits. Counting keeps a wake-up that comes between a look and the wait after it from being slept through. */
export class Wakeup {
  private readonly sleepers = new Set<() => void>();
  private woken = 0;

  get count(): number {
    return this.woken;
  }

  wake(): void {
    this.woken += 1;
    for (const wake of [...this.sleepers]) wake();
  }

  /** True when woken (since `seen`), false after `timeoutMs` or when `signal` aborts. */
  async next(timeoutMs: number, signal: AbortSignal, seen = this.woken): Promise<boolean> {
    if (this.woken !== seen) return true;
    if (signal.aborted) return false;
    return new Promise((resolve) => {
      const end = (woken: boolean): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', aborted);
        this.sleepers.delete(wake);
        resolve(woken);
      };
      const wake = (): void => end(true);
      const aborted = (): void => end(false);
      const timer = setTimeout(aborted, timeoutMs);
      signal.addEventListener('abort', aborted);
      this.sleepers.add(wake);
    });
  }
}
