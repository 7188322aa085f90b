import { cutText, padText, textWidth } from './text-width';

/** One column: its heading, and the text of a row in it. */
export interface Column<Row> {
  readonly heading: string;
  readonly text: (row: Row) => string;
  readonly align?: 'start' | 'end';
}

const WIDEST = 60;
const GAP = '  ';

/** Lines of an aligned table; wide characters count as two columns. Control characters in data can't move the cursor. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const cells = rows.map((row) => columns.map((column) => cutText(printable(column.text(row)), WIDEST)));
  const widths = columns.map((column, at) =>
    Math.max(textWidth(column.heading), ...cells.map((line) => textWidth(line[at] ?? ''))),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, at) => padText(text, widths[at] ?? 0, columns[at]?.align === 'end' ? 'start' : 'end'))
      .join(GAP)
      .trimEnd();
  return [line(columns.map((column) => column.heading)), line(widths.map((width) => '─'.repeat(width))), ...cells.map(line)];
}

/** Columns for objects whose members are not known beforehand: every simple member of any of them, in order of appearance. */
export function columnsOf(
  rows: readonly Readonly<Record<string, unknown>>[],
  leaveOut: readonly string[] = [],
): Column<Readonly<Record<string, unknown>>>[] {
  const names = new Set<string>();
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) if (isSimple(value) && !leaveOut.includes(name)) names.add(name);
  }
  return [...names].map((name) => ({
    heading: name,
    text: (row) => show(row[name]),
    ...(rows.every((row) => row[name] === undefined || row[name] === null || typeof row[name] === 'number')
      ? { align: 'end' as const }
      : {}),
  }));
}

/** A value as people read it: keys without their domain, absent as a dash. */
export function show(value: unknown): string {
  if (value === undefined || value === null || value === '') return '–';
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(show).join(', ');
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value).replace(/^https:\/\/id\.gs1\.org\//, '');
}

export function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

function isSimple(value: unknown): boolean {
  return (
    typeof value !== 'object' ||
    value === null ||
    (Array.isArray(value) && value.every((entry) => typeof entry !== 'object' || entry === null))
  );
}
