import { Problem } from '@suyuan/platform';

/** One page of a list in order of a text key. */
export interface PageQuery {
  readonly limit: number;
  /** The key of the last item seen; '' at the beginning. */
  readonly after: string;
}

/** API.md: every list is `{items, next?}`, taken with `limit` and `cursor=<next>`. */
export interface Page<Item> {
  readonly items: Item[];
  readonly next?: string;
}

const LIMIT_MAX = 1_000;

export function readPage(query: Readonly<Record<string, unknown>>): PageQuery {
  const { limit = '100', cursor } = query;
  if (typeof limit !== 'string' || !/^\d{1,6}$/.test(limit) || Number(limit) < 1)
    throw Problem.badRequest('access/invalid-limit', 'limit must be a whole number from 1 up.');
  if (cursor === undefined || cursor === '') return { limit: Math.min(Number(limit), LIMIT_MAX), after: '' };
  const after = typeof cursor === 'string' && /^[\w-]+$/.test(cursor) ? Buffer.from(cursor, 'base64url').toString() : '';
  if (after === '' || after.includes('\0') || after.includes('\ufffd'))
    throw Problem.badRequest('access/invalid-cursor', 'cursor must be a `next` of an earlier answer.');
  return { limit: Math.min(Number(limit), LIMIT_MAX), after };
}

/** `rows` has one more than the limit when there is a next page. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  page: PageQuery,
  keyOf: (row: Row) => string,
  show: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  const items = shown.map(show);
  if (rows.length <= page.limit || last === undefined) return { items };
  return { items, next: Buffer.from(keyOf(last)).toString('base64url') };
}
