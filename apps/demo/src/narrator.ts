const WIDTH = 28;

/** Tells the play in few lines: numbered acts, indented findings, a bar where something takes time (a plain line elsewhere). */
export class Narrator {
  private act = 0;

  constructor(private readonly out: NodeJS.WriteStream) {}

  title(text: string): void {
    this.out.write(`\n${this.bold(text)}\n`);
  }

  begin(text: string): void {
    this.act += 1;
    this.out.write(`\n${this.bold(`${this.act}. ${text}`)}\n`);
  }

  /** A finding that has been checked. */
  found(text: string): void {
    this.out.write(`   ✓ ${text}\n`);
  }

  say(text: string): void {
    this.out.write(`   ${text}\n`);
  }

  table(rows: readonly (readonly string[])[]): void {
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
    for (const row of rows) {
      const cells = row.map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      );
      this.out.write(`     ${cells.join('  ').trimEnd()}\n`);
    }
  }

  /** Does `work` on each of `items`, `width` at a time, and shows how far it is. */
  async each<T>(label: string, items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
    let done = 0;
    let next = 0;
    this.bar(label, done, items.length);
    const worker = async (): Promise<void> => {
      for (let item = items[next++]; item !== undefined; item = items[next++]) {
        await work(item);
        this.bar(label, ++done, items.length);
      }
    };
    await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
    if (this.out.isTTY) this.out.write('\r\x1b[2K');
  }

  /** Shows for how many seconds `work` has been waited for. */
  async wait<T>(label: string, work: () => Promise<T>): Promise<T> {
    const begin = Date.now();
    const show = (): void => void this.out.write(`\r   ${label} … ${Math.round((Date.now() - begin) / 1000)} s`);
    const timer = this.out.isTTY ? setInterval(show, 250) : undefined;
    try {
      return await work();
    } finally {
      clearInterval(timer);
      if (this.out.isTTY) this.out.write('\r\x1b[2K');
    }
  }

  private bar(label: string, done: number, total: number): void {
    if (!this.out.isTTY) return;
    const filled = total === 0 ? WIDTH : Math.round((done / total) * WIDTH);
    this.out.write(`\r   ${label} [${'█'.repeat(filled)}${'·'.repeat(WIDTH - filled)}] ${done}/${total}`);
  }

  private bold(text: string): string {
    return this.out.isTTY ? `\x1b[1m${text}\x1b[0m` : text;
  }
}
