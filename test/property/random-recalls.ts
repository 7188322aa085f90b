import { describeKey, Identifier, lotKey } from '@suyuan/gs1';
import { Scope, ScopeEntry } from '@suyuan/trace/domain';
import fc from 'fast-check';
import { BlockingRecall } from '../../libs/recall/src/check/blocking-recall';
import { CompiledScope } from '../../libs/recall/src/check/compiled-scope';
import { CODES } from '../../libs/trace/src/testing/random-world';

const GTINS = ['09506000134352', '09506000149301'];
/** A product that no world knows. */
const STRANGE_GTIN = '09506000164908';
const LOTS = ['L1', 'L2', 'L3'];
const PLACES = ['414/9506000000019', '414/9506000000026', '414/9506000000026/254/dock'];

const gtin = fc.constantFrom(...GTINS);
const maybe = <T>(arbitrary: fc.Arbitrary<T>, freq = 2): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq });

const serialRange = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 3 }), maybe(fc.constantFrom(...LOTS), 1))
  .map(([from, span, lot]) => ({ from: String(from), to: String(from + span), ...(lot === undefined ? {} : { lot }) }));

/** Times of the random worlds: whole seconds 1 to 8 after 1970. */
const window = fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 4 })).map(([from, span]) => ({
  from: `1970-01-01T00:00:0${from}Z`,
  to: `1970-01-01T00:00:${String(from + span).padStart(2, '0')}Z`,
}));

const entry: fc.Arbitrary<ScopeEntry> = fc
  .record({
    gtin: maybe(gtin, 6),
    lots: maybe(fc.uniqueArray(fc.constantFrom(...LOTS), { minLength: 1, maxLength: 2 })),
    lotPattern: maybe(fc.constantFrom('L*', '?1', 'X*'), 1),
    serialRanges: maybe(fc.array(serialRange, { minLength: 1, maxLength: 2 })),
    producedBetween: maybe(window, 1),
    place: maybe(fc.constantFrom(...PLACES), 1),
    inputLots: maybe(
      fc.uniqueArray(
        fc.tuple(gtin, fc.constantFrom(...LOTS)).map(([g, lot]) => lotKey(g, lot)),
        { minLength: 1, maxLength: 2 },
      ),
      1,
    ),
  })
  .filter((one) => one.gtin !== undefined || one.inputLots !== undefined)
  .map((one) => Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined)) as ScopeEntry);

export const arbitraryScope: fc.Arbitrary<Scope> = fc
  .record({
    include: fc.array(entry, { minLength: 1, maxLength: 3 }),
    exclude: maybe(fc.array(entry, { minLength: 1, maxLength: 2 }), 1),
    derived: maybe(fc.boolean(), 1),
  })
  .map(({ include, exclude, derived }) => ({
    include,
    ...(exclude === undefined ? {} : { exclude }),
    ...(derived === undefined ? {} : { derived }),
  }));

/** An active recall for each scope; the third only holds the goods while an inquiry lasts. */
export const recallsOf = (scopes: readonly Scope[]): BlockingRecall[] =>
  scopes.map((scope, number) => ({
    id: `r${number}`,
    title: `Recall ${number}`,
    state: number === 2 ? 'held' : 'active',
    ...(number === 2 ? { onlyPossible: true } : {}),
    instructions: 'Stop.',
    decidedAt: '2026-05-01T00:00:00.000Z',
    scope: new CompiledScope(scope),
  }));

/** Every code of a random world, codes it does not know, and serials that state a lot. */
export const ASKED: readonly Identifier[] = [
  ...[...CODES, ...GTINS.flatMap((g) => [`01/${g}/21/9`, `01/${g}/10/L9`]), `01/${STRANGE_GTIN}`, `01/${STRANGE_GTIN}/21/1`].map(
    describeKey,
  ),
  ...GTINS.flatMap((g) =>
    ['1', '2', '9'].flatMap((serial) => ['L1', 'L9'].map((lot) => ({ ...describeKey(`01/${g}/21/${serial}`), lot }))),
  ),
];
