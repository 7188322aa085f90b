import { Problem } from '@suyuan/platform';

/** What a `next` holds; opaque to clients. */
export const cursorFor = (place: string): string => Buffer.from(place).toString('base64url');

/** Reads an opaque cursor whose content has a known form; any other is the client's fault. */
export function textCursorOf(cursor: string, form: RegExp): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (form.test(text)) return text;
  throw Problem.badRequest('bad-cursor', 'cursor is not one that this server gave', [
    { field: 'cursor', rule: 'bad-cursor', message: 'take it from `next`' },
  ]);
}

/** A page size; absent: the most that is given at once. */
export function limitOf(text: string | undefined, most: number): number {
  const limit = text === undefined ? most : Number(text);
  if (Number.isInteger(limit) && limit >= 1) return Math.min(limit, most);
  throw Problem.badRequest('bad-limit', 'limit must be a whole number of at least 1', [
    { field: 'limit', rule: 'bad-limit', message: `1 to ${most}` },
  ]);
}

/** One page of a list that is in a stable order; `next` is absent on the last. */
export function pageOf<T>(
  all: readonly T[],
  query: { limit?: string; cursor?: string },
  most: number,
): { items: T[]; next?: string } {
  const from = query.cursor === undefined ? 0 : Number(textCursorOf(query.cursor, /^\d{1,15}$/));
  const to = from + limitOf(query.limit, most);
  return { items: all.slice(from, to), ...(to < all.length ? { next: cursorFor(String(to)) } : {}) };
}
