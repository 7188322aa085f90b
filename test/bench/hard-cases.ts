import { at, documentsOf, Event, EventClock, place, range, seen, sscc, uri, withCheckDigit } from './bench-events';
import { expectEqual, Figure, quantile } from './figures';
import { BenchProduct, startProduct } from './product';

const MAKER = place(4, 1);
const STORE = place(5, 1);
const SHOP = place(6, 1);
const gtin = (number: number): string => withCheckDigit(`0950600001${String(number).padStart(3, '0')}`);
const lotOf = (number: number, name: string): string => `01/${gtin(number)}/10/${name}`;
const serials = (number: number, first: number, count: number): string[] =>
  range(first, count).map((index) => uri(`01/${gtin(number)}/21/${1_000_000_000 + index}`));

/**
 * What a graph store may choke on: an answer is wanted, not a hang. In a store of its own, each answer compared with what
 * the events add up to.
 */
export async function hardCaseFigures(dataDir: string): Promise<Figure[]> {
  const product = await startProduct(dataDir);
  try {
    const bench = new HardCases(product);
    return [
      ...(await bench.lateEvent()),
      ...(await bench.usedAgain()),
      ...(await bench.longList()),
      ...(await bench.manyChildren()),
      ...(await bench.manyIntoMany()),
      ...(await bench.ring()),
    ];
  } finally {
    await product.stop();
  }
}

class HardCases {
  private readonly clock = new EventClock();

  constructor(private readonly product: BenchProduct) {}

  /**
   * A pallet of 2,000 units, sold out one by one; then it turns out where it was in between. Held against the capture of
   * such a life, which is the least that its replay can mean.
   */
  async lateEvent(): Promise<Figure[]> {
    const [whole, late]: [number[], number[]] = [[], []];
    for (const pallet of range(0, 5)) {
      const { events, missing } = this.lifeOfPallet(pallet);
      whole.push(await this.told(events));
      late.push(await this.told([missing]));
      const rows = await this.holders(lotOf(1, `P${pallet}`));
      expectEqual('rows of a pallet sold out', rows.length, 1);
      expectEqual('sold of the pallet', rows[0]?.quantity, 2_000);
    }
    const [life, event] = [quantile(whole, 0.5), quantile(late, 0.5)];
    return [
      { name: 'the life of a pallet of 2,000 units, sold one by one, captured and visible', value: life, unit: 'ms' },
      { name: 'a late event into it when it is sold out', value: event, unit: 'ms' },
      { name: 'the late event over the whole life', value: event / life, unit: 'ratio', must: '≤ 1' },
    ];
  }

  /** A pallet that is loaded, sent, unloaded and sent back a thousand times. */
  async usedAgain(): Promise<Figure[]> {
    const times: number[] = [];
    const pallet = uri(sscc(3, 0));
    for (const load of range(0, 1_001)) {
      const goods = serials(2, load * 10, 10);
      times.push(
        await this.told(
          [
            this.made(goods, 'R'),
            this.packed('ADD', pallet, goods, MAKER),
            ...this.moved([pallet], MAKER, STORE),
            this.packed('DELETE', pallet, [], STORE),
            ...this.moved([pallet], STORE, MAKER),
          ].flat(),
        ),
      );
    }
    const rows = await this.holders(lotOf(2, 'R'));
    expectEqual(
      'goods that came with the pallet',
      rows.reduce((sum, { quantity }) => sum + quantity, 0),
      10_010,
    );
    expectEqual('places where they are', rows.length, 1);
    const [early, latest] = [quantile(times.slice(20, 120), 0.5), quantile(times.slice(-100), 0.5)];
    return [
      { name: 'a load of a pallet used again, loads 21 to 120, captured and visible, median', value: early, unit: 'ms' },
      { name: 'the same, loads 902 to 1,001', value: latest, unit: 'ms' },
      { name: 'the later over the earlier', value: latest / early, unit: 'ratio', must: '≤ 2' },
    ];
  }

  async longList(): Promise<Figure[]> {
    const took = await this.told([this.made(serials(3, 0, 100_000), 'L')]);
    const rows = await this.holders(lotOf(3, 'L'));
    expectEqual('made in one event', rows[0]?.quantity, 100_000);
    return [{ name: 'an event of 100,000 EPCs, captured and visible', value: took, unit: 'ms' }];
  }

  async manyChildren(): Promise<Figure[]> {
    const container = uri(sscc(4, 0));
    const goods = range(0, 100).map((part) => serials(4, part * 10_000, 10_000));
    const filled = await this.told([
      ...goods.map((part) => this.made(part, 'M')),
      ...goods.map((part) => this.packed('ADD', container, part, MAKER)),
    ]);
    const moved = await this.told(this.moved([container], MAKER, STORE));
    const began = performance.now();
    const rows = await this.holders(lotOf(4, 'M'));
    const asked = performance.now() - began;
    expectEqual('places of the goods in the container', rows.length, 1);
    expectEqual('goods in the container', rows[0]?.quantity, 1_000_000);
    expectEqual('where they are', rows[0]?.place, uri(STORE));
    return [
      { name: 'a container of 1,000,000 direct children, made and filled, captured and visible', value: filled, unit: 'ms' },
      { name: 'it is sent and received', value: moved, unit: 'ms' },
      { name: 'holders of its contents', value: asked, unit: 'ms' },
    ];
  }

  async manyIntoMany(): Promise<Figure[]> {
    const inputs = serials(5, 0, 10_000);
    const outputs = serials(6, 0, 10_000);
    const took = await this.told([
      this.made(inputs, 'I'),
      this.clock.stamp({
        type: 'TransformationEvent',
        inputEPCList: inputs,
        outputEPCList: outputs,
        ilmd: { 'cbvmda:lotNumber': 'O' },
        ...at(MAKER),
      }),
    ]);
    const began = performance.now();
    const rows = await this.holders(lotOf(5, 'I'));
    const asked = performance.now() - began;
    const made = rows.filter(({ product, state }) => product === uri(lotOf(6, 'O')) && state === 'held');
    expectEqual(
      'made of the inputs',
      made.reduce((sum, { quantity }) => sum + quantity, 0),
      10_000,
    );
    return [
      { name: 'a transformation of 10,000 inputs into 10,000 outputs, captured and visible', value: took, unit: 'ms' },
      { name: 'holders of what was made of the inputs', value: asked, unit: 'ms' },
    ];
  }

  /** Three pallets, each said to be inside the next. */
  async ring(): Promise<Figure[]> {
    const pallets = range(0, 3).map((index) => uri(sscc(5, index)));
    const [first = '', second = '', third = ''] = pallets;
    const took = await this.told([
      this.packed('ADD', first, [third], MAKER),
      this.packed('ADD', second, [first], MAKER),
      this.packed('ADD', third, [second], MAKER),
      ...this.moved([first], MAKER, STORE),
    ]);
    const began = performance.now();
    for (const pallet of pallets) await this.holders(pallet.replace(uri(''), ''));
    const asked = performance.now() - began;
    // The last one closed it.
    const { text } = await this.product.ask('GET', `/api/v1/exceptions?code=${encodeURIComponent(second)}`);
    expectEqual('exceptions name the ring', text.includes('containment_cycle'), true);
    return [
      { name: 'a ring of three containers, captured and visible', value: took, unit: 'ms' },
      { name: 'holders of all three', value: asked, unit: 'ms' },
    ];
  }

  private lifeOfPallet(number: number): { events: Event[]; missing: Event } {
    const goods = serials(1, number * 2_000, 2_000);
    const pallet = uri(sscc(1, number));
    const cases = range(0, 40).map((box) => uri(sscc(2, number * 40 + box)));
    const filled = cases.flatMap((box, index) => {
      const own = goods.slice(index * 50, index * 50 + 50);
      return [this.made(own, `P${number}`), this.packed('ADD', box, own, MAKER)];
    });
    const packed = this.packed('ADD', pallet, cases, MAKER);
    const toStore = this.moved([pallet], MAKER, STORE);
    const missing = this.clock.stamp(seen('inspecting', [pallet], STORE));
    const rest = [
      ...this.moved([pallet], STORE, SHOP),
      this.packed('DELETE', pallet, [], SHOP),
      ...cases.map((box) => this.packed('DELETE', box, [], SHOP)),
      ...goods.map((item) => this.clock.stamp(seen('retail_selling', [item], SHOP))),
    ];
    return { events: [...filled, packed, ...toStore, ...rest], missing };
  }

  private made(epcList: readonly string[], lot: string): Event {
    return this.clock.stamp({
      type: 'ObjectEvent',
      action: 'ADD',
      bizStep: 'commissioning',
      epcList,
      ilmd: { 'cbvmda:lotNumber': lot },
      ...at(MAKER),
    });
  }

  private packed(action: 'ADD' | 'DELETE', parentID: string, childEPCs: readonly string[], where: string): Event {
    const bizStep = action === 'ADD' ? 'packing' : 'unpacking';
    return this.clock.stamp({ type: 'AggregationEvent', action, bizStep, parentID, childEPCs, ...at(where) });
  }

  private moved(epcs: readonly string[], from: string, to: string): Event[] {
    return [
      this.clock.stamp({ ...seen('shipping', epcs, from), destinationList: [{ type: 'location', destination: uri(to) }] }),
      this.clock.stamp(seen('receiving', epcs, to)),
    ];
  }

  /** Milliseconds until all of it is in the graph. */
  private async told(events: readonly Event[]): Promise<number> {
    const documents = [...documentsOf(events, 5_000)];
    const began = performance.now();
    let position = '0';
    for (const { text } of documents) position = await this.product.capture(text);
    await this.product.visible(position);
    return performance.now() - began;
  }

  private async holders(key: string): Promise<{ quantity: number; place: string; product: string; state: string }[]> {
    const { status, text } = await this.product.ask('GET', `/api/v1/trace/${encodeURIComponent(key)}/holders`);
    expectEqual(`an answer for ${key}`, status, 200);
    return (JSON.parse(text) as { holders: { quantity: number; place: string; product: string; state: string }[] }).holders;
  }
}
