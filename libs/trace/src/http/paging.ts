import { Problem } from '@suyuan/platform';

/** Reads an opaque cursor: the number of items already taken. */
export function cursorOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const decoded = Number(Buffer.from(cursor, 'base64url').toString());
  if (Number.isInteger(decoded) && decoded >= 0) return decoded;
  throw Problem.badRequest('bad-cursor', 'cursor is not one that this server gave', [
    { field: 'cursor', rule: 'bad-cursor', message: 'take it from `next`' },
  ]);
}

/** One page of a list that is in a stable order; `next` is absent on the last. */
export function pageOf<T>(
  all: readonly T[],
  query: { limit?: string; cursor?: string },
  most: number,
): { items: T[]; next?: string } {
  const limit = query.limit === undefined ? most : Number(query.limit);
  if (!Number.isInteger(limit) || limit < 1) {
    throw Problem.badRequest('bad-limit', 'limit must be a whole number of at least 1', [
      { field: 'limit', rule: 'bad-limit', message: `1 to ${most}` },
    ]);
  }
  const from = cursorOf(query.cursor);
  const to = from + Math.min(limit, most);
  return { items: all.slice(from, to), ...(to < all.length ? { next: Buffer.from(String(to)).toString('base64url') } : {}) };
}
