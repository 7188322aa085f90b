import fc from 'fast-check';
import { pageOf } from './paging';

interface Item {
  readonly at: string;
  readonly eventId: string;
}
const items = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.nat(30)), { maxLength: 20, selector: ([, id]) => id })
  .map((all) => all.sort((a, b) => a[0] - b[0] || a[1] - b[1]))
  .map((all) => all.map(([second, id]): Item => ({ at: `2026-05-03T00:00:0${second}Z`, eventId: `urn:e:${id}` })));
const nameOf = ({ eventId }: Item): string => eventId;
const page = (all: readonly Item[], limit: number, cursor?: string): { items: Item[]; next?: string } =>
  pageOf(all, nameOf, { limit: String(limit), ...(cursor === undefined ? {} : { cursor }) }, 1000);

describe('Pages of a list by time', () => {
  it('make up the list', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 7 }), (all, limit) => {
        const given: Item[] = [];
        for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
          const next = page(all, limit, cursor);
          given.push(...next.items);
          cursor = next.next;
        }
        expect(given).toEqual(all);
      }),
    );
  });

  it('lose nothing and give nothing twice when more comes in between', () => {
    fc.assert(
      fc.property(items, fc.func(fc.boolean()), fc.integer({ min: 1, max: 7 }), (all, cameLater, limit) => {
        const before = all.filter((item) => !cameLater(item));
        const first = page(before, limit);
        if (first.next === undefined) return;
        const given = [...first.items, ...page(all, 1000, first.next).items].map(nameOf);
        expect(new Set(given).size).toBe(given.length);
        expect(given).toEqual(expect.arrayContaining(before.map(nameOf)));
      }),
    );
  });

  it('lose nothing when what came last is withdrawn', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 7 }), (all, limit) => {
        const first = page(all, limit);
        if (first.next === undefined) return;
        const left = all.filter((item) => item !== first.items.at(-1));
        const given = [...first.items, ...page(left, 1000, first.next).items].map(nameOf);
        expect(given).toEqual(expect.arrayContaining(all.map(nameOf)));
      }),
    );
  });

  it('refuse a place that was never given', () => {
    for (const cursor of ['5', '', 'x', Buffer.from('12').toString('base64url')])
      expect(() => pageOf([], nameOf, { cursor }, 10)).toThrow('cursor');
  });
});
