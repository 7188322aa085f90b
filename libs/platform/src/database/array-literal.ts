/**
 * Arrays as PostgreSQL's array literals. The driver's own conversion tests and escapes each element by itself, which for
 * the thousands of values of a batch costs more than the statement.
 */
export function numbers(values: readonly (number | bigint | null | undefined)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`;
}

/** Text elements; null and undefined are NULL. */
export function texts(values: readonly (string | null | undefined)[]): string {
  return `{${values.map(element).join(',')}}`;
}

export function booleans(values: readonly boolean[]): string {
  return `{${values.map((value) => (value ? 't' : 'f')).join(',')}}`;
}

const PLAIN = /^[A-Za-z0-9/:._;?=%+~#@!$&()*[\]-]+$/;

function element(value: string | null | undefined): string {
  if (value === null || value === undefined) return 'NULL';
  // A word NULL, and anything with a quote, comma, brace, blank or backslash, must be quoted.
  return PLAIN.test(value) && value.length !== 4 ? value : `"${value.replace(/[\\"]/g, '\\$&')}"`;
}

/** One field of a line of COPY's text format. */
export function field(value: string | number | bigint | boolean | null | undefined): string {
  if (value === null || value === undefined) return '\\N';
  if (typeof value !== 'string') return typeof value === 'boolean' ? (value ? 't' : 'f') : String(value);
  return /[\\\n\r\t]/.test(value) ? value.replace(/[\\\n\r\t]/g, (sign) => ESCAPES[sign] ?? sign) : value;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One line of COPY's text format. */
export function copyLine(values: readonly (string | number | bigint | boolean | null | undefined)[]): string {
  return `${values.map(field).join('\t')}\n`;
}
