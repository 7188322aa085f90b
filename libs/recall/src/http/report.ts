import { Problem } from '@suyuan/platform';

export interface ReportParts {
  readonly recall: Record<string, unknown>;
  readonly progress: Record<string, unknown>;
  readonly holders: readonly Record<string, unknown>[];
}

/** The report of a recall as JSON, CSV (one line per holder and product) or a printable page. */
export function renderReport(format: string, parts: ReportParts): { type: string; body: unknown } {
  if (format === 'json') return { type: 'application/json; charset=utf-8', body: parts };
  if (format === 'csv') return { type: 'text/csv; charset=utf-8', body: csv(parts) };
  if (format === 'html') return { type: 'text/html; charset=utf-8', body: html(parts) };
  const message = 'format must be json, csv or html';
  throw Problem.badRequest('recall/bad-format', message, [{ field: 'format', rule: 'recall/bad-format', message }]);
}

const COLUMNS = [
  'party',
  'class',
  'certainty',
  'state',
  'product',
  'uom',
  'held',
  'inTransit',
  'sold',
  'consumed',
  'destroyed',
  'since',
] as const;

function lines({ holders }: ReportParts): unknown[][] {
  return holders.flatMap((holder) => {
    const quantities = holder['quantities'] as Record<string, unknown>[];
    const rows = quantities.length === 0 ? [{}] : quantities;
    return rows.map((quantity: Record<string, unknown>) => COLUMNS.map((column) => quantity[column] ?? holder[column] ?? ''));
  });
}

function csv(parts: ReportParts): string {
  return [[...COLUMNS], ...lines(parts)].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
}

/** Quoted, and never a formula: a spreadsheet would run what begins with one of these. */
function cell(value: unknown): string {
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) && typeof value !== 'number' ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function html(parts: ReportParts): string {
  const escape = (value: unknown): string => String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  const row = (cells: readonly unknown[], tag: 'td' | 'th'): string =>
    `<tr>${cells.map((one) => `<${tag}>${escape(one)}</${tag}>`).join('')}</tr>`;
  const tasks = parts.progress['tasks'] as Record<string, number>;
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>Recall report: ${escape(parts.recall['title'])}</title>`,
    '<style>body{font:15px system-ui,sans-serif;margin:2rem;max-width:75rem}table{border-collapse:collapse;width:100%}td,th{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;overflow-wrap:anywhere}</style>',
    `<h1>${escape(parts.recall['title'])}</h1><p>${escape(parts.recall['state'])} · ${escape(parts.recall['reason'])}</p>`,
    `<p>${Object.entries(tasks)
      .map(([name, count]) => `${escape(name)} ${count}`)
      .join(' · ')}</p>`,
    `<table>${row(COLUMNS, 'th')}${lines(parts)
      .map((cells) => row(cells, 'td'))
      .join('')}</table></html>`,
  ].join('\n');
}
