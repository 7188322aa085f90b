import { Column, columnsOf, printable, show, table } from './terminal/table';
import { ProgressBar, ProgressStream } from './terminal/progress';

export interface TextStream extends ProgressStream {
  write(chunk: string | Buffer): unknown;
  once?(event: 'drain', listener: () => void): unknown;
}

/** What a command says: JSON for programs with `--json`, else text and tables for people; progress always on stderr. */
export class Output {
  readonly progress: ProgressBar;

  constructor(
    readonly isJson: boolean,
    private readonly out: TextStream,
    errors: TextStream,
  ) {
    this.progress = new ProgressBar(errors);
  }

  /** The answer of the command: `value` as JSON, or `lines` for people. */
  answer(value: unknown, lines: () => readonly string[]): void {
    this.progress.end();
    const text = this.isJson ? [JSON.stringify(value, null, 2)] : lines();
    for (const line of text) this.out.write(`${line}\n`);
  }

  /** A list as a table; without columns of its own, of all simple members. */
  list(
    rows: readonly Readonly<Record<string, unknown>>[],
    ...columns: readonly Column<Readonly<Record<string, unknown>>>[]
  ): void {
    this.answer(rows, () => (rows.length === 0 ? ['nothing'] : table(columns.length > 0 ? columns : columnsOf(rows), rows)));
  }

  /** A piece of an export as it is; waits while the reader is slower than we are. */
  async raw(chunk: string | Buffer): Promise<void> {
    if (this.out.write(chunk) === false && this.out.once !== undefined)
      await new Promise<void>((resolve) => this.out.once?.('drain', resolve));
  }
}

/** A column of one member. */
export function column(
  name: string,
  heading = name,
  align: 'start' | 'end' = 'start',
): Column<Readonly<Record<string, unknown>>> {
  return { heading, align, text: (row) => show(row[name]) };
}

/** `name  value` lines of an object's simple members. */
export function members(value: Readonly<Record<string, unknown>>): string[] {
  const entries = Object.entries(value).filter(
    ([, member]) => member !== null && member !== undefined && (typeof member !== 'object' || Array.isArray(member)),
  );
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return entries.map(([name, member]) => `${name.padEnd(width)}  ${printable(show(member))}`);
}
