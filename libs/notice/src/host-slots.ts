/** Counts attempts under way, in all and by host. Flow control of one process: nothing is lost when it is. */
export class HostSlots {
  private readonly used = new Map<string, number>();
  private readonly ailing = new Set<string>();
  private total = 0;

  constructor(
    private readonly limit: number,
    private readonly limitPerHost: number,
  ) {}

  get free(): number {
    return this.limit - this.total;
  }

  /** Hosts that take no more for now. */
  busyHosts(): string[] {
    return [...this.used].filter(([host, count]) => count >= this.limitOf(host)).map(([host]) => host);
  }

  tryTake(host: string): boolean {
    const count = this.used.get(host) ?? 0;
    if (count >= this.limitOf(host) || this.free <= 0) return false;
    this.used.set(host, count + 1);
    this.total += 1;
    return true;
  }

  /** @param answered false when nothing came back: until it answers again, that host gets one slot, whoever else has notices there. */
  giveBack(host: string, answered: boolean): void {
    const count = (this.used.get(host) ?? 1) - 1;
    if (count === 0) this.used.delete(host);
    else this.used.set(host, count);
    this.total -= 1;
    if (answered) this.ailing.delete(host);
    else this.ailing.add(host);
  }

  private limitOf(host: string): number {
    return this.ailing.has(host) ? 1 : this.limitPerHost;
  }
}
