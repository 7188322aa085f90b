import { Problem } from '@suyuan/platform';

export interface Paging {
  readonly limit?: string;
  readonly cursor?: string;
}

/** `limit` and an opaque `cursor` (how many were taken). */
export function readPaging({ limit, cursor }: Paging, most: number): { limit: number; offset: number } {
  const count = limit === undefined ? most : Number(limit);
  const offset = cursor === undefined ? 0 : Number(Buffer.from(cursor, 'base64url').toString());
  if (!Number.isInteger(count) || count < 1)
    throw Problem.badRequest('bad-limit', 'limit must be a whole number of at least 1', [
      { field: 'limit', rule: 'bad-limit', message: `1 to ${most}` },
    ]);
  if (!Number.isInteger(offset) || offset < 0)
    throw Problem.badRequest('bad-cursor', 'cursor is not one that this server gave', [
      { field: 'cursor', rule: 'bad-cursor', message: 'take it from `next`' },
    ]);
  return { limit: Math.min(count, most), offset };
}

/** A page out of rows that were read one longer than asked. */
export function pageFrom<T>(rows: readonly T[], limit: number, offset: number): { items: T[]; next?: string } {
  const items = rows.slice(0, limit);
  return { items, ...(rows.length > limit ? { next: Buffer.from(String(offset + limit)).toString('base64url') } : {}) };
}
