import { Cell, Sheet } from './table';

/** One table as CSV (RFC 4180) with a header line. */
export function csvOf({ columns, rows }: Sheet): string {
  return [columns.map(({ name }) => name), ...rows].map(csvLine).join('');
}

export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** Quoted where needed, and never a formula: a spreadsheet would run text that begins with one of these. */
function csvCell(value: Cell): string {
  if (value === null) return '';
  const said = String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r\n]/.test(said) ? `'${said}` : said;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
