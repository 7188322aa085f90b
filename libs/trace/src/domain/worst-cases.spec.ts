import { CanonicalEvent, Item } from '@suyuan/epcis';
import { told } from '../testing/telling';
import { Fact } from './facts/fact';
import { originsOf } from './lineage/ancestry';
import { MemorySource } from './lineage/memory-source';
import { reachForward } from './lineage/reach';
import { selectCode } from './lineage/selection';
import { World } from './world/world';
import { replay } from './world/replay';

const PLANT = '414/9506000000015';
const PALLET = '00/095060000000000015';

/** Counts how often the items of an event are looked at: time says nothing on a busy machine. */
class Counter {
  reads = 0;

  item(key: string): Item {
    const count = (): void => void this.reads++;
    return {
      get key(): string {
        count();
        return key;
      },
    };
  }
}

const units = (count: number, gtin = '09506000134352'): string[] =>
  Array.from({ length: count }, (_, index) => `01/${gtin}/21/${String(index).padStart(6, '0')}`);

let position = 0;
const fact = (event: CanonicalEvent): Fact => ({
  position: ++position,
  recordTimeMicros: position,
  event,
  declaration: false,
  capturingParty: null,
  byAuthority: false,
});
const live = (...events: CanonicalEvent[]): World => replay(events.map(fact), { placeParties: new Map() });

/** Looks per item must not grow with the number of items. */
function expectLinear(run: (count: number, counter: Counter) => void): void {
  const readsOf = (count: number): number => {
    const counter = new Counter();
    run(count, counter);
    return counter.reads / count;
  };
  const [few, many] = [readsOf(500), readsOf(2_000)];
  expect(few).toBeGreaterThan(0);
  expect(many).toBeLessThanOrEqual(few * 1.1);
}

describe('The work of the engine grows with what an event lists, not with its square', () => {
  it('for an event of very many serials', () => {
    expectLinear((count, counter) => {
      const epcs = units(count).map((key) => counter.item(key));
      const world = live(
        told('ObjectEvent', 'urn:1', { action: 'ADD', epcs, lotNumber: 'L1', place: PLANT, eventTimeMicros: 1 }),
        told('ObjectEvent', 'urn:2', { action: 'OBSERVE', bizStep: 'shipping', epcs, place: PLANT, eventTimeMicros: 2 }),
      );
      expect(world.things.size).toBe(count);
    });
  });

  it('for a container with very many direct children, packed, moved and unpacked', () => {
    expectLinear((count, counter) => {
      const children = units(count).map((key) => counter.item(key));
      const world = live(
        told('AggregationEvent', 'urn:1', { action: 'ADD', parent: PALLET, children, place: PLANT, eventTimeMicros: 1 }),
        told('ObjectEvent', 'urn:2', {
          action: 'OBSERVE',
          bizStep: 'shipping',
          epcs: [PALLET],
          place: PLANT,
          eventTimeMicros: 2,
        }),
        told('AggregationEvent', 'urn:3', { action: 'DELETE', parent: PALLET, children, place: PLANT, eventTimeMicros: 3 }),
      );
      expect(world.things.get(PALLET)?.children.size).toBe(0);
    });
  });

  it('for a transformation of very many inputs into very many outputs', () => {
    expectLinear((count, counter) => {
      const inputs = units(count).map((key) => counter.item(key));
      const outputs = units(count, '09506000149301').map((key) => counter.item(key));
      const world = live(told('TransformationEvent', 'urn:1', { inputs, outputs, lotNumber: 'L1', place: PLANT }));
      expect(world.transformationLines).toHaveLength(2 * count);
    });
  });

  it('for very many lots listed beside a full container', () => {
    let looks = 0;
    const count = 500;
    const quantities = Array.from({ length: count }, (_, index) => ({ key: `01/09506000149301/10/${index}`, quantity: 1 }));
    const world = live(
      told('AggregationEvent', 'urn:1', {
        action: 'ADD',
        parent: PALLET,
        children: units(count),
        place: PLANT,
        eventTimeMicros: 1,
      }),
    );
    const pallet = world.things.get(PALLET);
    expect(pallet?.children.size).toBe(count);
    const values = Map.prototype.values;
    const spy = jest.spyOn(Map.prototype, 'values').mockImplementation(function (this: Map<unknown, unknown>) {
      looks += this.size === count ? 1 : 0;
      return values.call(this);
    });
    live(
      told('AggregationEvent', 'urn:1', {
        action: 'ADD',
        parent: PALLET,
        children: units(count),
        place: PLANT,
        eventTimeMicros: 1,
      }),
      told('ObjectEvent', 'urn:2', {
        action: 'OBSERVE',
        bizStep: 'shipping',
        epcs: [PALLET],
        quantities,
        place: PLANT,
        eventTimeMicros: 2,
      }),
    );
    spy.mockRestore();
    expect(looks).toBeLessThan(20);
  });
});

/** Counts what is asked of a source, and how often its lines are looked at. */
function counted(source: MemorySource): { source: MemorySource; calls: () => number; reads: () => number } {
  let calls = 0;
  let reads = 0;
  const seen = (line: object): object =>
    new Proxy(line, {
      get: (target, name) => {
        reads += 1;
        return Reflect.get(target, name) as unknown;
      },
    });
  const proxy = new Proxy(source, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...asked: unknown[]): Promise<unknown> => {
        calls += 1;
        const found: unknown = await Reflect.apply(member, target, asked);
        const isLine = (row: unknown): boolean => typeof row === 'object' && row !== null && 'transformation' in row;
        const isLines = Array.isArray(found) && found.some(isLine);
        return isLines ? (found as object[]).map(seen) : found;
      };
    },
  });
  return { source: proxy, calls: () => calls, reads: () => reads };
}

describe('Lineage through a transformation of very many lots and serials into very many others', () => {
  const INPUT = '01/09506000134352';
  const OUTPUT = '01/09506000149301';
  const mixed = (count: number): MemorySource => {
    const numbers = Array.from({ length: count }, (_, index) => index);
    const event = told('TransformationEvent', 'urn:1', {
      inputs: units(count),
      inputQuantities: numbers.map((n) => ({ key: `${INPUT}/10/${n}`, quantity: 1 })),
      outputs: units(count, '09506000149301'),
      // More than the serials beside them: the rest is class-level goods.
      outputQuantities: numbers.map((n) => ({ key: `${OUTPUT}/10/${n}`, quantity: 5 })),
      place: PLANT,
    });
    return new MemorySource([fact(event)], 1_000, new Map());
  };

  it.each([
    [
      'forward',
      async (source: MemorySource) => (await reachForward(source, await selectCode(source, INPUT))).selection.cohorts.size,
    ],
    ['backward', async (source: MemorySource) => (await originsOf(source, OUTPUT)).things.size],
  ] as const)('asks the store a few times and looks at each line a few times, %s', async (_, ask) => {
    const measured = async (count: number): Promise<{ calls: number; perLine: number }> => {
      const { source, calls, reads } = counted(mixed(count));
      expect(await ask(source)).toBeGreaterThanOrEqual(count);
      return { calls: calls(), perLine: reads() / count };
    };
    const [few, many] = [await measured(100), await measured(400)];
    expect(many.calls).toBe(few.calls);
    expect(many.perLine).toBeLessThanOrEqual(few.perLine * 1.2);
  });
});

describe('Data that runs in circles', () => {
  it('ends, with each ring broken at its last event', () => {
    const count = 300;
    const boxes = Array.from({ length: count }, (_, index) => `https://things.example/box/${index}`);
    const ring = boxes.map((parent, index) =>
      told('AggregationEvent', `urn:${String(index).padStart(4, '0')}`, {
        action: 'ADD',
        parent,
        children: [boxes[(index + 1) % count] ?? ''],
        place: PLANT,
        eventTimeMicros: index,
      }),
    );
    const { ledger } = live(...ring);
    expect(ledger.exceptions.map(({ type, key }) => `${type} ${key}`)).toEqual([`containment_cycle ${boxes[0]}`]);
    expect(ledger.exceptions[0]?.eventIds).toHaveLength(count);
  });
});
