import { padText } from './text-width';

/** Where progress goes: stderr, so that stdout holds the answer only. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const REDRAW_EVERY_MS = 80;
const LINE_EVERY_MS = 5_000;

/** A bar on a terminal; elsewhere a plain line now and then, so that a log stays readable. */
export class ProgressBar {
  private drawnAtMs = Number.NEGATIVE_INFINITY;
  private last = '';

  constructor(
    private readonly stream: ProgressStream,
    private readonly now: () => number = Date.now,
  ) {}

  /** `total` undefined or 0 = unknown. */
  update(label: string, done: number, total: number | undefined, unit: 'bytes' | 'count' = 'count'): void {
    const known = total !== undefined && total > 0;
    const isWhole = known && done >= total;
    const everyMs = this.stream.isTTY === true ? REDRAW_EVERY_MS : LINE_EVERY_MS;
    if (!isWhole && this.now() - this.drawnAtMs < everyMs) return;
    this.drawnAtMs = this.now();
    const amount = (value: number): string => (unit === 'bytes' ? bytes(value) : value.toLocaleString('en'));
    const figures = known ? `${amount(done)} of ${amount(total)}` : amount(done);
    const share = known ? Math.min(1, done / total) : undefined;
    if (this.stream.isTTY === true) this.draw(label, figures, share);
    else this.line(`${label}: ${figures}${share === undefined ? '' : ` (${Math.floor(share * 100)} %)`}`);
  }

  /** Takes the bar away. */
  end(): void {
    if (this.stream.isTTY === true && this.last !== '') this.stream.write('\r\u001b[2K');
    this.last = '';
  }

  private draw(label: string, figures: string, share: number | undefined): void {
    const room = Math.max(10, Math.min(40, (this.stream.columns ?? 80) - label.length - figures.length - 10));
    const filled = share === undefined ? 0 : Math.round(share * room);
    const bar =
      share === undefined
        ? ''
        : ` ${'█'.repeat(filled)}${'░'.repeat(room - filled)} ${padText(String(Math.floor(share * 100)), 3, 'start')} %`;
    this.last = `${label}${bar} ${figures}`;
    this.stream.write(`\r\u001b[2K${this.last}`);
  }

  private line(text: string): void {
    if (text === this.last) return;
    this.last = text;
    this.stream.write(`${text}\n`);
  }
}

/** 1,500,000 → `1.4 MiB`. */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(count) / 10));
  return `${(count / 1024 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step] ?? ''}`;
}
