import { createHash } from 'node:crypto';
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

/** What a list by time has: one name for each item that no other has. */
type NameOf<T> = (item: T) => string;

/** `at` and the name of the last item given. */
const PLACE = /^(\S{1,40}) ([0-9a-f]{32})$/;

/**
 * One page of a list that is oldest first; `next` is absent on the last. A place is the item that came last and not its
 * number: what is captured between two pages makes nothing come twice and leaves nothing out that was there all along.
 * Where that item itself has gone meanwhile, the page begins at its time.
 */
export function pageOf<T extends { readonly at: string }>(
  all: readonly T[],
  nameOf: NameOf<T>,
  query: { limit?: string; cursor?: string },
  most: number,
): { items: T[]; next?: string } {
  const from = query.cursor === undefined ? 0 : placeIn(all, nameOf, query.cursor);
  const to = from + limitOf(query.limit, most);
  const items = all.slice(from, to);
  const last = items.at(-1);
  if (last === undefined || to >= all.length) return { items };
  return { items, next: cursorFor(`${last.at} ${digest(nameOf(last))}`) };
}

function placeIn<T extends { readonly at: string }>(all: readonly T[], nameOf: NameOf<T>, cursor: string): number {
  const [, at = '', name] = PLACE.exec(textCursorOf(cursor, PLACE)) ?? [];
  const last = all.findIndex((item) => item.at >= at && digest(nameOf(item)) === name);
  if (last >= 0) return last + 1;
  const later = all.findIndex((item) => item.at >= at);
  return later < 0 ? all.length : later;
}

const digest = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 32);
