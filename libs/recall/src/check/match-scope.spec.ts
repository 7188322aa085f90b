import { Ancestry, AncestryIdentity, Scope } from '@suyuan/trace/domain';
import fc from 'fast-check';
import { CompiledScope } from './compiled-scope';
import { Match } from './match';
import { matchScope as matchSlowly } from './testing/slow-scope';

const GTIN = '09506000134352';
const serial = (number: string, lots: string[] = ['F1'], more: Partial<AncestryIdentity> = {}): AncestryIdentity => ({
  key: `01/${GTIN}/21/${number}`,
  gtin: GTIN,
  serial: number,
  lots: lots.map((lot) => `01/${GTIN}/10/${lot}`),
  certainty: 'certain',
  relation: 'self',
  ...more,
});
const of = (...identities: AncestryIdentity[]): Ancestry => ({ key: identities[0]?.key ?? '', kind: 'instance', identities });
const lots = (...names: string[]): Scope => ({ include: [{ gtin: GTIN, lots: names }] });

describe.each<[string, (scope: Scope, ancestry: Ancestry) => Match]>([
  ['compiled', (scope, ancestry) => new CompiledScope(scope).match(ancestry)],
  ['read plainly', matchSlowly],
])('A scope, %s,', (_, matchScope) => {
  it('by lot reaches the lot’s serials, clears other lots, and asks where nobody said which lot', () => {
    expect(matchScope(lots('F1'), of(serial('1')))).toEqual({ verdict: 'affected', certainty: 'certain' });
    expect(matchScope(lots('F2'), of(serial('1')))).toEqual({ verdict: 'not' });
    expect(matchScope(lots('F1'), of(serial('1', [])))).toEqual({ verdict: 'need', need: ['lot'] });
  });

  it('reaches a serial that two lots are claimed for from either, possibly', () => {
    expect(matchScope(lots('F2'), of(serial('1', ['F1', 'F2'])))).toEqual({ verdict: 'affected', certainty: 'possible' });
  });

  it('counts digits as numbers and other serials by code point', () => {
    const range = (from: string, to: string): Scope => ({ include: [{ gtin: GTIN, serialRanges: [{ from, to }] }] });
    expect(matchScope(range('9', '11'), of(serial('10')))).toMatchObject({ verdict: 'affected' });
    expect(matchScope(range('9', '11'), of(serial('12')))).toEqual({ verdict: 'not' });
    expect(matchScope(range('A10', 'A20'), of(serial('A15')))).toMatchObject({ verdict: 'affected' });
    expect(matchScope(range('A10', 'A20'), of(serial('A150')))).toEqual({ verdict: 'not' });
  });

  it('reaches what was made from affected goods, unless told not to', () => {
    const bread: AncestryIdentity = {
      key: '01/09506000149301/21/9',
      gtin: '09506000149301',
      serial: '9',
      lots: [],
      certainty: 'certain',
      relation: 'self',
    };
    const ancestry = of(bread, serial('1', ['F1'], { relation: 'ancestor', certainty: 'possible' }));
    expect(matchScope(lots('F1'), ancestry)).toEqual({ verdict: 'affected', certainty: 'possible' });
    expect(matchScope({ ...lots('F1'), derived: false }, ancestry)).toEqual({ verdict: 'not' });
  });

  it('means the product of a part lot by inputLots', () => {
    const scope: Scope = { include: [{ gtin: GTIN, inputLots: ['01/09506000149301/10/P1'] }] };
    const part: AncestryIdentity = {
      key: '01/09506000149301/21/5',
      gtin: '09506000149301',
      serial: '5',
      lots: ['01/09506000149301/10/P1'],
      certainty: 'certain',
      relation: 'content',
    };
    expect(matchScope(scope, of(serial('1'), part))).toEqual({ verdict: 'affected', certainty: 'certain' });
    expect(matchScope(scope, of(serial('1')))).toEqual({ verdict: 'not' });
  });

  it('asks a class code for the lot, and neither clears nor condemns it', () => {
    const product: AncestryIdentity = { key: `01/${GTIN}`, gtin: GTIN, lots: [], certainty: 'certain', relation: 'self' };
    expect(matchScope(lots('F1'), { key: product.key, kind: 'class', identities: [product] })).toEqual({
      verdict: 'need',
      need: ['lot'],
    });
    expect(matchScope({ include: [{ gtin: GTIN }] }, { key: product.key, kind: 'class', identities: [product] })).toMatchObject({
      verdict: 'affected',
    });
  });

  it('asks a class code for the lot where only some lots were made from the affected ones', () => {
    const product: AncestryIdentity = { key: `01/${GTIN}`, gtin: GTIN, lots: [], certainty: 'certain', relation: 'self' };
    const member: AncestryIdentity = { ...product, key: `01/${GTIN}/10/F1`, lots: [`01/${GTIN}/10/F1`], relation: 'member' };
    const flour: AncestryIdentity = {
      key: '01/09506000149301/10/P1',
      gtin: '09506000149301',
      lots: ['01/09506000149301/10/P1'],
      certainty: 'certain',
      relation: 'ancestor',
    };
    const ancestry: Ancestry = { key: product.key, kind: 'class', identities: [product, member, flour] };
    const made = { gtin: GTIN, inputLots: [flour.key] };
    expect(matchScope({ include: [made] }, ancestry)).toEqual({ verdict: 'need', need: ['lot'] });
    expect(matchScope({ include: [{ gtin: GTIN }], exclude: [made] }, ancestry)).toEqual({ verdict: 'need', need: ['lot'] });
    expect(matchScope({ include: [{ inputLots: [member.key] }] }, ancestry)).toEqual({ verdict: 'need', need: ['lot'] });
  });

  it('never clears a serial that a list of the affected ones holds (property)', () => {
    const world = fc.record({
      number: fc.integer({ min: 0, max: 30 }),
      lot: fc.constantFrom('F1', 'F2', undefined),
      include: fc.array(
        fc.record({
          lots: fc.option(fc.subarray(['F1', 'F2'], { minLength: 1 }), { nil: undefined }),
          from: fc.integer({ min: 0, max: 30 }),
          span: fc.option(fc.integer({ min: 0, max: 10 }), { nil: undefined }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    });
    fc.assert(
      fc.property(world, ({ number, lot, include }) => {
        const scope: Scope = {
          include: include.map((entry) => ({
            gtin: GTIN,
            ...(entry.lots === undefined ? {} : { lots: entry.lots }),
            ...(entry.span === undefined
              ? {}
              : { serialRanges: [{ from: String(entry.from), to: String(entry.from + entry.span) }] }),
          })),
        };
        // The naive model: every lot the serial may be of, every affected (lot, serial) pair written out.
        const possible = lot === undefined ? ['F1', 'F2', 'F3'] : [lot];
        const isAffected = (one: string): boolean =>
          include.some(
            (entry) =>
              (entry.lots === undefined || entry.lots.includes(one as 'F1')) &&
              (entry.span === undefined ||
                Array.from({ length: entry.span + 1 }, (_, step) => entry.from + step).includes(number)),
          );
        const { verdict } = matchScope(scope, of(serial(String(number), lot === undefined ? [] : [lot])));
        if (possible.every(isAffected)) expect(verdict === 'affected' || lot === undefined).toBe(true);
        if (possible.some(isAffected)) expect(verdict).not.toBe('not');
        if (!possible.some(isAffected)) expect(verdict).toBe('not');
      }),
      { numRuns: 2_000 },
    );
  });
});
