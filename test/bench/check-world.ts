import { checkDigit } from '@suyuan/gs1';

/** A code and what the till must hear. */
export type Question = readonly [code: string, verdict: 'affected' | 'not_affected' | 'need_code'];

const withCheckDigit = (digits: string): string => digits + String(checkDigit(digits));
const gtinOf = (product: number): string => withCheckDigit(`09506001${String(product).padStart(5, '0')}`);
const PLACE = withCheckDigit('950600010000');
const PRODUCTS = 200;
const LOTS = 10;
const UNITS_PER_EVENT = 100;
const EVENTS_PER_DOCUMENT = 200;
/** Serials that nobody captured. */
const UNHEARD = 900_000_000;

/** Products by their number modulo ten: nothing; lots 0 to 4 recalled; the same and windows; ranges; whole; made from recalled lots. */
type Role = 'free' | 'lots' | 'windows' | 'ranges' | 'whole' | 'derived';
const ROLES: readonly Role[] = ['free', 'free', 'free', 'free', 'lots', 'lots', 'windows', 'ranges', 'whole', 'derived'];
const roleOf = (product: number): Role => ROLES[product % 10] ?? 'free';
const ofRole = (...roles: Role[]): number[] =>
  Array.from({ length: PRODUCTS }, (_, product) => product).filter((product) => roles.includes(roleOf(product)));

/** Two hundred products of ten lots each, a thousand recalls of every kind over them, and codes with their answers. */
export class CheckWorld {
  private readonly perLot: number;

  /** @param wanted units in the store, rounded to whole events */
  constructor(wanted: number) {
    this.perLot = Math.max(UNITS_PER_EVENT, Math.round(wanted / PRODUCTS / LOTS / UNITS_PER_EVENT) * UNITS_PER_EVENT);
  }

  get units(): number {
    return PRODUCTS * LOTS * this.perLot;
  }

  /** EPCIS documents that bring all units in. */
  *documents(): Generator<string> {
    let events: object[] = [];
    for (let product = 0; product < PRODUCTS; product++) {
      for (let lot = 0; lot < LOTS; lot++) {
        // Stock without serials, to make the derived products of.
        if (roleOf(product) === 'lots') events.push(this.stock(product, lot));
        for (let first = 0; first < this.perLot; first += UNITS_PER_EVENT) {
          events.push(this.birth(product, lot, lot * this.perLot + first));
          if (events.length < EVENTS_PER_DOCUMENT) continue;
          yield documentOf(events);
          events = [];
        }
      }
    }
    if (events.length > 0) yield documentOf(events);
  }

  /** Scopes of a thousand recalls. */
  scopes(): object[] {
    const scopes: object[] = [];
    for (const product of ofRole('lots', 'windows'))
      for (let lot = 0; lot < 5; lot++) scopes.push({ include: [{ gtin: gtinOf(product), lots: [`L${lot}`] }] });
    for (const product of ofRole('ranges')) {
      // Twenty-five ranges share the first half of the serials.
      const step = Math.floor((this.perLot * 5) / 25);
      for (let range = 0; range < 25; range++) {
        const [from, to] = [range * step, range * step + step - 1].map(String);
        scopes.push({ include: [{ gtin: gtinOf(product), serialRanges: [{ from, to }] }] });
      }
    }
    for (const product of ofRole('whole'))
      for (let time = 0; time < 5; time++) scopes.push({ include: [{ gtin: gtinOf(product) }] });
    for (const product of ofRole('windows')) {
      for (let month = 1; month <= 5; month++) {
        const producedBetween = { from: `2025-0${month}-01T00:00:00Z`, to: `2025-0${month}-20T00:00:00Z` };
        scopes.push({ include: [{ gtin: gtinOf(product), lotPattern: 'L?', producedBetween }] });
      }
    }
    return scopes;
  }

  /** A mix as tills ask it; the same in every run. */
  questions(count: number): Question[] {
    let state = 1;
    const below = (most: number): number => {
      state = (Math.imul(state, 48_271) >>> 0) % 2_147_483_647;
      return state % most;
    };
    const pick = (...roles: Role[]): number => {
      const products = ofRole(...roles);
      return products[below(products.length)] ?? 0;
    };
    const unit = (product: number, lot: number): string => `01/${gtinOf(product)}/21/${lot * this.perLot + below(this.perLot)}`;
    const kinds: readonly (readonly [weight: number, ask: () => Question])[] = [
      [30, () => [unit(pick('free'), below(LOTS)), 'not_affected']],
      [18, () => [unit(pick('lots', 'windows'), 5 + below(5)), 'not_affected']],
      [12, () => [unit(pick('lots', 'windows'), below(5)), 'affected']],
      [5, () => [`01/${gtinOf(pick('lots', 'windows'))}/10/L${below(5)}`, 'affected']],
      [5, () => [unit(pick('ranges'), below(4)), 'affected']],
      [5, () => [unit(pick('ranges'), 5 + below(5)), 'not_affected']],
      [5, () => [unit(pick('whole'), below(LOTS)), 'affected']],
      [5, () => [`01/${gtinOf(pick('lots'))}`, 'need_code']],
      [5, () => [`01/${gtinOf(pick('lots'))}/21/${UNHEARD + below(1_000_000)}`, 'need_code']],
      [5, () => [`01/${gtinOf(PRODUCTS + below(10_000))}/21/${below(1_000)}`, 'not_affected']],
      [3, () => [unit(pick('derived'), below(5)), 'affected']],
      [2, () => [unit(pick('derived'), 5 + below(5)), 'not_affected']],
    ];
    const bag = kinds.flatMap(([weight, ask]) => Array<() => Question>(weight).fill(ask));
    return Array.from({ length: count }, () => (bag[below(bag.length)] ?? bag[0])?.() ?? ['01/0', 'not_affected']);
  }

  private birth(product: number, lot: number, first: number): object {
    const epcs = Array.from(
      { length: UNITS_PER_EVENT },
      (_, index) => `https://id.gs1.org/01/${gtinOf(product)}/21/${first + index}`,
    );
    const shared = {
      ...event(lot),
      bizLocation: { id: place },
      readPoint: { id: place },
      ilmd: { 'cbvmda:lotNumber': `L${lot}` },
    };
    if (roleOf(product) !== 'derived')
      return { type: 'ObjectEvent', action: 'ADD', bizStep: 'commissioning', epcList: epcs, ...shared };
    // Lots 0 to 4 are made from recalled lots of a product before them, the others from sound ones.
    const ingredient = `https://id.gs1.org/01/${gtinOf(product - 5)}/10/L${lot}`;
    const inputQuantityList = [{ epcClass: ingredient, quantity: 1, uom: 'KGM' }];
    return { type: 'TransformationEvent', bizStep: 'commissioning', inputQuantityList, outputEPCList: epcs, ...shared };
  }

  private stock(product: number, lot: number): object {
    const quantityList = [{ epcClass: `https://id.gs1.org/01/${gtinOf(product)}/10/L${lot}`, quantity: 1_000_000, uom: 'KGM' }];
    return {
      type: 'ObjectEvent',
      action: 'ADD',
      bizStep: 'commissioning',
      quantityList,
      readPoint: { id: place },
      ...event(lot, 7),
    };
  }
}

const place = `https://id.gs1.org/414/${PLACE}`;

function event(lot: number, hour = 8): object {
  return { eventTime: `2026-05-${String(1 + lot).padStart(2, '0')}T0${hour}:00:00.000Z`, eventTimeZoneOffset: '+00:00' };
}

function documentOf(eventList: readonly object[]): string {
  return JSON.stringify({
    '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
    type: 'EPCISDocument',
    schemaVersion: '2.0',
    creationDate: '2026-05-20T00:00:00Z',
    epcisBody: { eventList },
  });
}
