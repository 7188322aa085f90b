import { locateJsonFault, Problem } from '@suyuan/platform';
import { CsvError, parse as parseCsv } from 'csv-parse/sync';
import type { Row } from './row-reader';

/** Rows of one request. */
export const ROWS_MAX = 100_000;

/** The rows of a body: a JSON object or list, NDJSON, or CSV with a header line. Throws 400 or 413 Problems. */
export function readRows(text: string, type: string): Row[] {
  const rows = type === 'text/csv' ? csvRows(text) : /ndjson$/.test(type) ? ndjsonRows(text) : jsonRows(text);
  if (rows.length > ROWS_MAX) {
    throw new Problem(
      413,
      'capture/too-many-rows',
      'Too many rows',
      `A request has at most ${ROWS_MAX} rows; larger ones are EPCIS documents.`,
    );
  }
  if (rows.length === 0) throw Problem.badRequest('capture/no-rows', 'There is no row in the body.');
  return rows;
}

function jsonRows(text: string): Row[] {
  const value = parseJson(text, 0);
  if (!Array.isArray(value)) return [jsonRow(value, 1, '')];
  return value.map((each: unknown, index) => jsonRow(each, index + 1, `/${index}`));
}

function ndjsonRows(text: string): Row[] {
  const rows: Row[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() !== '') rows.push(jsonRow(parseJson(line, index), rows.length + 1, undefined));
  }
  return rows;
}

function jsonRow(value: unknown, number: number, pointer: string | undefined): Row {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw Problem.badRequest('capture/type', `Row ${number} is no object.`, [
      { row: number, ...(pointer === undefined ? {} : { pointer }), rule: 'capture/type', message: 'a row must be an object' },
    ]);
  }
  return { number, values: value as Record<string, unknown>, tabular: false, ...(pointer === undefined ? {} : { pointer }) };
}

function csvRows(text: string): Row[] {
  try {
    const records: Record<string, string>[] = parseCsv(text, { columns: header, bom: true, trim: true, skip_empty_lines: true });
    return records.map((values, index) => ({ number: index + 1, values, tabular: true }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw Problem.badRequest('capture/csv', `The body is no CSV with a header line: ${error.message}.`, [
      { rule: 'capture/csv', message: error.message },
    ]);
  }
}

function header(names: string[]): string[] {
  const twice = names.find((name, index) => names.indexOf(name) !== index || name === '');
  if (twice === undefined) return names;
  throw Problem.badRequest('capture/csv', `The header line names ${twice === '' ? 'a column without name' : `${twice} twice`}.`);
}

function parseJson(text: string, linesBefore: number): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const fault = locateJsonFault(text);
    const line = (fault?.line ?? 1) + linesBefore;
    throw Problem.badRequest('capture/json', `The body is no JSON: line ${line}: ${fault?.message ?? 'not JSON'}.`, [
      { pointer: fault?.pointer ?? '', rule: 'json/syntax', message: `line ${line}: ${fault?.message ?? 'not JSON'}` },
    ]);
  }
}
