import { PartyThroughput } from '@suyuan/trace/domain';
import { ReconciliationLine } from '../../domain/holder-task.events';
import { balancesOf, Declared, HolderBalance } from './balance';
import { PackingRule } from './common-unit';
import { Discrepancies, discrepancyDecider, DiscrepancyCommand, DiscrepancyEvent } from './discrepancy';

const product = '01/09506000134352/10/L';
const derived = (change: Partial<PartyThroughput> = {}): PartyThroughput => ({
  party: '417/1',
  product,
  uom: 'EA',
  received: 40,
  passedOn: 10,
  held: 25,
  inTransit: 0,
  sold: 5,
  consumed: 0,
  destroyed: 0,
  ...change,
});
const line = (change: Partial<ReconciliationLine>): ReconciliationLine => ({
  product,
  uom: 'EA',
  onHand: 0,
  sold: 0,
  moved: 0,
  consumed: 0,
  destroyed: 0,
  returned: 0,
  lost: 0,
  ...change,
});
const said = (change: Partial<Declared>): Declared => ({ contained: undefined, reconciled: undefined, disposed: [], ...change });

const exactly = (quantity: number): number => Math.round(quantity * 1e9) / 1e9;

describe('A holder’s balance', () => {
  it('closes when all that came is on hand, moved on, sold, used, returned, destroyed or lost', () => {
    const full = line({ onHand: 20, moved: 10, sold: 5, returned: 3, lost: 1, destroyed: 1 });
    expect(balancesOf([derived()], said({ reconciled: [full] }))).toMatchObject([{ difference: 0, partial: false }]);
    expect(balancesOf([derived()], said({ reconciled: [line({ onHand: 20, moved: 10, sold: 5 })] }))).toMatchObject([
      { difference: 5 },
    ]);
    expect(balancesOf([derived()], said({ reconciled: [line({ onHand: 30, moved: 10, sold: 5 })] }))).toMatchObject([
      { difference: -5 },
    ]);
  });

  it('does not ask for goods that are still on the way', () => {
    const onTheWay = derived({ received: 40, inTransit: 15, held: 10 });
    expect(balancesOf([onTheWay], said({ reconciled: [line({ onHand: 10, moved: 10, sold: 5 })] }))).toMatchObject([
      { difference: 0 },
    ]);
  });

  it('of a holder that only contained goods compares what is on hand', () => {
    const contained = [{ product, uom: 'EA', quantity: 24 }];
    expect(balancesOf([derived()], said({ contained }))).toMatchObject([{ difference: 1, partial: true }]);
  });

  it('takes an empty declaration for nothing on hand, and no declaration for none', () => {
    expect(balancesOf([derived()], said({ contained: [] }))).toMatchObject([{ difference: 25 }]);
    expect(balancesOf([derived()], said({}))).toMatchObject([{ declared: undefined, difference: undefined }]);
  });

  it('is not guessed across units: it says that they cannot be compared', () => {
    const kilos = said({ reconciled: [line({ uom: 'KGM', onHand: 12 })] });
    expect(balancesOf([derived()], kilos)).toMatchObject([
      { uom: 'EA', difference: undefined, note: expect.stringContaining('EA on one side only') },
      { uom: 'KGM', difference: undefined, note: expect.stringContaining('KGM on one side only') },
    ]);
  });

  it('counts cases by what is in them, level by level, where master data says so', () => {
    const packs: PackingRule[] = [
      { product: '01/19506000134359', quantity: 10, of: '01/09506000134352' },
      { product: '01/29506000134356', quantity: 4, of: '01/19506000134359' },
    ];
    const cases = said({ reconciled: [line({ product: '01/19506000134359/10/L', onHand: 1.5, moved: 1, sold: 0.5 })] });
    expect(balancesOf([derived()], cases, packs)).toMatchObject([
      { product, uom: 'EA', difference: 10, declared: { onHand: 15 } },
    ]);
    const pallet = said({ reconciled: [line({ product: '01/29506000134356/10/L', onHand: 1 })] });
    expect(balancesOf([derived()], pallet, packs)).toMatchObject([{ product, difference: 0 }]);
    const unknown = said({ reconciled: [line({ product: '01/39506000134353/10/L', onHand: 1 })] });
    expect(balancesOf([derived()], unknown, packs)).toHaveLength(2);
  });

  it('sums decimal quantities without dust', () => {
    const kilos = derived({ uom: 'KGM', received: 0.3, passedOn: 0, held: 0.3, sold: 0 });
    const lines = [line({ uom: 'KGM', onHand: 0.1 }), line({ uom: 'KGM', onHand: 0.2 })];
    expect(balancesOf([kilos], said({ reconciled: lines }))).toMatchObject([{ difference: 0 }]);
  });
});

describe('Units', () => {
  const item = '01/09506000134352';
  const cases = '01/19506000134359';
  const packs = (pack: string, quantity: number, of = item): PackingRule => ({ product: pack, quantity, of });
  const balance = (
    rows: readonly PartyThroughput[],
    lines: readonly Partial<ReconciliationLine>[],
    packing: readonly PackingRule[] = [],
  ): HolderBalance[] => balancesOf(rows, said({ reconciled: lines.map(line) }), packing);
  const came = (received: number, uom = 'EA', of = product): PartyThroughput =>
    derived({ received, passedOn: 0, held: received, sold: 0, uom, product: of });

  it('are converted by what a pack holds, whichever side counts packs', () => {
    const packing = [packs(cases, 12)];
    const pack = `${cases}/10/L`;
    const converted = [{ product: pack, uom: 'EA', factor: 12 }];
    expect(balance([came(40)], [{ product: pack, onHand: 3 }, { sold: 4 }], packing)).toMatchObject([
      { product, declared: { onHand: 36, sold: 4 }, difference: 0, converted },
    ]);
    const inPacks = [came(3, 'EA', pack)];
    expect(balance(inPacks, [{ onHand: 35 }], packing)).toMatchObject([{ product: pack, difference: exactly(1 / 12) }]);
    const thirds = [{ onHand: 12 }, { sold: 4 }, { moved: 4 }, { lost: 4 }, { consumed: 12 }];
    expect(balance(inPacks, thirds, packing)).toMatchObject([{ product: pack, difference: 0 }]);
  });

  it('of weight are no number of packs', () => {
    const rows = [came(120), came(120, 'KGM')];
    const heavy = balance(rows, [{ product: `${cases}/10/L`, uom: 'KGM', onHand: 10 }], [packs(cases, 12)]);
    expect(heavy.map(({ product: key, uom, difference }) => [key, uom, difference])).toEqual([
      [product, 'EA', undefined],
      [product, 'KGM', undefined],
      [`${cases}/10/L`, 'KGM', -10],
    ]);
  });

  it('are converted by their definitions', () => {
    expect(balance([came(1.5, 'KGM')], [{ uom: 'GRM', onHand: 1400 }])).toMatchObject([{ uom: 'KGM', difference: 0.1 }]);
    expect(balance([came(5)], [{ uom: 'H87', onHand: 5 }])).toMatchObject([{ uom: 'EA', difference: 0 }]);
  });

  it('lead from a case that has a GTIN of its own to the items of the same lot, through what lies between', () => {
    const boxes = '01/29506000134356';
    const packing = [packs(cases, 4, boxes), packs(boxes, 6)];
    const line = { product: `${cases}/10/L`, onHand: 2 };
    expect(balance([came(50)], [line], packing)).toMatchObject([{ product, declared: { onHand: 48 }, difference: 2 }]);
    const other = balance([came(50)], [{ ...line, product: `${cases}/10/M` }], packing);
    expect(other.map(({ difference }) => difference)).toEqual([50, -2]);
  });

  it('of two trade items that the graph counts are never added up: the one may lie in the other', () => {
    const rows = [came(24), came(2, 'EA', `${cases}/10/L`)];
    const lines = [{ onHand: 24 }, { product: `${cases}/10/L`, onHand: 2 }];
    expect(balance(rows, lines, [packs(cases, 12)]).map(({ difference }) => difference)).toEqual([0, 0]);
  });

  it('stay apart where descriptions contradict one another', () => {
    const contradicting = [packs(cases, 12), packs(item, 3, cases)];
    const two = balance([came(12)], [{ product: `${cases}/10/L`, onHand: 1 }], contradicting);
    expect(two.map(({ difference }) => difference)).toEqual([12, -1]);
  });

  it('that come to be counted together close the case of the one counted alone', () => {
    const at = '2026-05-01T00:00:00Z';
    const caseIdOf = (name: string): string => name;
    let state = discrepancyDecider.initial;
    const grams = { uom: 'GRM', onHand: 500 };
    for (const balances of [balance([came(2, 'KGM')], [grams]), balance([came(2, 'KGM'), came(100, 'GRM')], [grams])]) {
      const decision = discrepancyDecider.decide(state, { type: 'Compare', balances, caseIdOf, at });
      if (decision.ok) state = decision.events.reduce(discrepancyDecider.evolve, state);
    }
    expect(state.cases).toMatchObject({
      [`${product}\nKGM`]: { state: 'settled' },
      [`${product}\nGRM`]: { state: 'open', difference: 1600 },
    });
  });
});

describe('A discrepancy', () => {
  const at = '2026-05-01T00:00:00Z';
  const balance = (onHand: number): HolderBalance[] => balancesOf([derived()], said({ reconciled: [line({ onHand })] }));
  const compare = (onHand: number): DiscrepancyCommand => ({
    type: 'Compare',
    balances: balance(onHand),
    caseIdOf: (name) => `dc-${name.length}`,
    at,
  });
  const word = (type: 'Explain' | 'Settle' | 'Refer'): DiscrepancyCommand => ({
    type,
    caseId: `dc-${product.length + 3}`,
    reason: 'why',
    at,
    by: 'k',
  });
  const run = (...commands: DiscrepancyCommand[]): { state: Discrepancies; last: string[] } => {
    let state = discrepancyDecider.initial;
    let last: string[] = [];
    for (const command of commands) {
      const decision = discrepancyDecider.decide(state, command);
      const events: readonly DiscrepancyEvent[] = decision.ok ? decision.events : [];
      last = decision.ok ? events.map(({ type }) => type) : [decision.refusal.code];
      state = events.reduce(discrepancyDecider.evolve, state);
    }
    return { state, last };
  };
  const only = ({ state }: { state: Discrepancies }): unknown => Object.values(state.cases)[0];

  it('opens once, follows the figures, and clears itself when they agree', () => {
    expect(run(compare(30)).last).toEqual(['DiscrepancyOpened']);
    expect(run(compare(30), compare(30)).last).toEqual([]);
    expect(run(compare(30), compare(31)).last).toEqual(['DiscrepancyMoved']);
    expect(only(run(compare(30), compare(40)))).toMatchObject({ state: 'settled', difference: 0 });
    expect(run(compare(40)).last).toEqual([]);
  });

  it('closed by words opens again when the figures move, and not before', () => {
    expect(only(run(compare(30), word('Explain')))).toMatchObject({ state: 'explained', reason: 'why' });
    expect(run(compare(30), word('Settle'), compare(30)).last).toEqual([]);
    expect(only(run(compare(30), word('Settle'), compare(29)))).toMatchObject({ state: 'open', difference: 11 });
    expect(run(compare(30), word('Settle'), word('Refer')).last).toEqual(['recall/case-settled']);
    expect(only(run(compare(30), word('Refer')))).toMatchObject({ state: 'referred' });
    expect(run(word('Explain')).last).toEqual(['recall/unknown-case']);
  });
});
