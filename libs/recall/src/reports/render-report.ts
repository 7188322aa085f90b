import { Problem } from '@suyuan/platform';
import { csvOf } from './render-csv';
import { htmlOf } from './render-html';
import { xlsxOf } from './render-xlsx';
import { Report } from './table';

export const FORMATS = ['json', 'csv', 'xlsx', 'html'] as const;
export type Format = (typeof FORMATS)[number];

export interface RenderedReport {
  readonly type: string;
  readonly body: unknown;
  /** A name to save it under; shown pages have none. */
  readonly file?: string;
}

/** A report in one of its formats. CSV holds the first table alone: the others have no place in it. */
export async function renderReport(format: string, report: Report, id: string): Promise<RenderedReport> {
  const file = `${id}-${report.kind}.${format}`;
  switch (format) {
    case 'json':
      return { type: 'application/json; charset=utf-8', body: report.json ?? asObject(report) };
    case 'csv':
      return { type: 'text/csv; charset=utf-8', body: report.sheets[0] === undefined ? '' : csvOf(report.sheets[0]), file };
    case 'xlsx':
      return { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', body: await xlsxOf(report), file };
    case 'html':
      return { type: 'text/html; charset=utf-8', body: htmlOf(report) };
  }
  const message = `format must be one of ${FORMATS.join(', ')}`;
  throw Problem.badRequest('recall/bad-format', message, [{ field: 'format', rule: 'recall/bad-format', message }]);
}

function asObject({ kind, title, facts, sheets, notes }: Report): object {
  return {
    kind,
    title,
    facts: Object.fromEntries(facts),
    ...Object.fromEntries(
      sheets.map(({ name, columns, rows }) => [
        name,
        rows.map((row) => Object.fromEntries(columns.map((column, index) => [column.name, row[index] ?? null]))),
      ]),
    ),
    ...(notes === undefined ? {} : { notes }),
  };
}
