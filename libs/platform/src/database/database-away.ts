/**
 * SQLSTATEs that say "not now": connection lost (08), no room on the disk, in memory or for connections (53), shutting
 * down or starting (57P01 to 57P03), a disk that gives errors (58030).
 */
const SQLSTATES = /^(08|53|57P0[123]$|58030$)/;
const SYSTEM_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);

/** True for an error after which the same statement may well succeed later: the question was not wrong, the server is away. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && (SQLSTATES.test(code) || SYSTEM_CODES.has(code))) return true;
  // No room either: a file may not grow beyond a quota or limit, for which the server has no code of its own.
  if (code === 'XX000' && /File too large|Disk quota exceeded/.test(error.message)) return true;
  // The server's socket file is not there.
  if (code === 'ENOENT' && 'syscall' in error && error.syscall === 'connect') return true;
  return /Connection terminated|connection timeout|Client has encountered a connection error/i.test(error.message);
}
