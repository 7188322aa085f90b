import { CommandFailure, EXIT } from '../exit-code';

const FAULTS_SHOWN = 20;

/** The text of an RFC 9457 problem for a terminal: what, why, and each fault with its place. */
export function problemText(status: number, body: unknown): string {
  if (typeof body !== 'object' || body === null) return `The server answered ${status}.`;
  const { title, detail, type, errors } = body as { title?: unknown; detail?: unknown; type?: unknown; errors?: unknown };
  const head = `${textOr(title, 'Refused')} (${status}${typeof type === 'string' && type !== 'about:blank' ? `, ${type}` : ''})`;
  const lines = [typeof detail === 'string' && detail !== '' ? `${head}: ${detail}` : head];
  const faults: unknown[] = Array.isArray(errors) ? errors : [];
  for (const fault of faults.slice(0, FAULTS_SHOWN)) lines.push(`  ${faultText(fault)}`);
  if (faults.length > FAULTS_SHOWN) lines.push(`  … and ${faults.length - FAULTS_SHOWN} more`);
  return lines.join('\n');
}

/** A fault of the input with its place: a JSON pointer, or row and field. */
export function faultText(fault: unknown): string {
  if (typeof fault !== 'object' || fault === null) return String(fault);
  const { pointer, row, field, rule, message, detail, title } = fault as Record<string, unknown>;
  const place =
    typeof pointer === 'string' && pointer !== ''
      ? `${pointer}: `
      : [row === undefined ? '' : `row ${String(row)}`, field === undefined ? '' : `field ${String(field)}`]
          .filter((part) => part !== '')
          .join(', ');
  const separator = place === '' || place.endsWith(': ') ? '' : ': ';
  return `${place}${separator}${textOr(message ?? detail ?? title, 'refused')}${typeof rule === 'string' ? ` [${rule}]` : ''}`;
}

/** A refusal by the server as the end of the command. */
export function apiFailure(status: number, body: unknown): CommandFailure {
  const isAboutKey = status === 401 || status === 403;
  const hint = status === 401 ? '\nGive a key with --key, or set SUYUAN_ADMIN_KEY.' : '';
  return new CommandFailure(isAboutKey ? EXIT.forbidden : EXIT.refused, problemText(status, body) + hint);
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}
