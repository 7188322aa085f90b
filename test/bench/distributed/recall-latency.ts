import { Receiver } from '../../../libs/notice/src/testing/receiver';
import { gln, gtin } from '../../support/gs1';
import type { SplitProduct } from '../../support/split-product';
import { Figure, quantile } from '../figures';
import { lagAt } from '../trace';
import { Ends } from './capture-shares';
import { UNITS_RELAYED } from './relay-rate';

const EVENTS_PER_SECOND = 1_000;
const SECONDS = 60;
const RECALLS = 25;
const SHOPS = 10;
const MAKER = gln(1);
const PRODUCT = gtin(7);
const shop = (number: number): string => gln(100 + number);

interface Shop {
  readonly receiver: Receiver;
  readonly party: string;
}

/**
 * At a steady rate of capture: from the acknowledgement of a document to where it is in the graph, and from the order to
 * activate a recall to where each of its holders has the notice at its webhook. Every shop must have a notice of each recall.
 */
export async function recallLatency(split: SplitProduct, { capturer, reader }: Ends): Promise<Figure[]> {
  const shops = await openShops(split);
  try {
    await deliverLots(split);
    const began = new Map<string, number>();
    const load = lagAt(capturer, EVENTS_PER_SECOND, UNITS_RELAYED, (EVENTS_PER_SECOND * SECONDS * 10) / 3, reader);
    for (let lot = 0; lot < RECALLS; lot++) {
      await new Promise((resolve) => setTimeout(resolve, (SECONDS * 1_000) / (RECALLS + 2)));
      const { id } = await must(split, '/api/v1/recalls', recallOf(`R${lot}`));
      began.set(id, Date.now());
      await must(split, `/api/v1/recalls/${id}/activate`, {});
    }
    const lag = await load;
    const latencies = await Promise.all(shops.map((one) => latenciesOf(one, began)));
    return [
      {
        name: `lag from acknowledgement to visible at ${EVENTS_PER_SECOND} events/s, p99`,
        value: lag,
        unit: 'ms',
        must: '≤ 2,000',
      },
      {
        name: 'activation to the notice at each holder, p99',
        value: quantile(latencies.flat(), 0.99),
        unit: 'ms',
        must: '≤ 2,000',
      },
      { name: 'the same, median', value: quantile(latencies.flat(), 0.5), unit: 'ms' },
    ];
  } finally {
    await Promise.all(shops.map(({ receiver }) => receiver.stop()));
  }
}

async function openShops(split: SplitProduct): Promise<Shop[]> {
  await must(split, '/api/v1/parties', { id: `417/${MAKER}`, name: 'Maker', roles: ['producer'], places: [`414/${MAKER}`] });
  return Promise.all(
    Array.from({ length: SHOPS }, async (_, number) => {
      const receiver = await Receiver.start();
      const party = `417/${shop(number)}`;
      const places = [`414/${shop(number)}`];
      await must(split, '/api/v1/parties', {
        id: party,
        name: `Shop ${number}`,
        roles: ['retailer'],
        places,
        webhook: { url: receiver.url },
      });
      return { receiver, party };
    }),
  );
}

/** One lot for each recall, one serial of it at each shop. */
async function deliverLots(split: SplitProduct): Promise<void> {
  const serials = (lot: number): string[] => Array.from({ length: SHOPS }, (_, number) => `${lot}-${number}`);
  const item = (lot: number, number: number): string => `01/${PRODUCT}/21/${lot}-${number}`;
  let position = 0;
  for (let lot = 0; lot < RECALLS; lot++) {
    const made = { product: PRODUCT, lot: `R${lot}`, serials: serials(lot), place: MAKER, at: '2026-05-01T08:00:00+08:00' };
    await must(split, '/api/v1/events/production', made);
    const numbers = Array.from({ length: SHOPS }, (_, number) => number);
    const sent = numbers.map((number) => ({
      items: [item(lot, number)],
      from: MAKER,
      to: shop(number),
      at: '2026-05-02T08:00:00+08:00',
    }));
    await must(split, '/api/v1/events/shipment', sent);
    const came = numbers.map((number) => ({
      items: [item(lot, number)],
      at_place: shop(number),
      at: '2026-05-03T08:00:00+08:00',
    }));
    ({ position } = await must(split, '/api/v1/events/receipt', came));
  }
  const answer = await split.call(
    'GET',
    `/api/v1/trace/${encodeURIComponent(`01/${PRODUCT}/10/R0`)}/holders?atLeast=${position}`,
  );
  if (answer.body.totals?.held !== SHOPS) throw new Error(`the shops hold ${JSON.stringify(answer.body)}`);
}

const recallOf = (lot: string): object => ({
  title: 'Benchmark',
  mode: 'real',
  regimes: ['cn-consumer'],
  basis: 'ordered',
  depth: 'retail',
  reason: 'A benchmark.',
  hazard: 'None.',
  product: 'A heater',
  scope: { include: [{ gtin: PRODUCT, lots: [lot] }] },
  instructions: 'Nothing.',
  contacts: [],
});

/** @returns for each recall the milliseconds until the shop's notice came; throws where there is not exactly one notice id */
async function latenciesOf({ receiver, party }: Shop, began: ReadonlyMap<string, number>): Promise<number[]> {
  for (const until = Date.now() + 60_000; receiver.received.length < began.size && Date.now() < until;)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const firsts = new Map<string, { id: string; at: number }>();
  for (const { at, body } of receiver.received) {
    const { data } = JSON.parse(body) as { data: { id: string; recallId: string } };
    const known = firsts.get(data.recallId);
    if (known !== undefined && known.id !== data.id) throw new Error(`${party} has two notices of ${data.recallId}`);
    if (known === undefined) firsts.set(data.recallId, { id: data.id, at });
  }
  return [...began].map(([recall, start]) => {
    const first = firsts.get(recall);
    if (first === undefined) throw new Error(`${party} was not told of ${recall}`);
    return first.at - start;
  });
}

// Answers are looked into by name; a wrong shape ends the benchmark.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
async function must(split: SplitProduct, address: string, body: object): Promise<any> {
  const answer = await split.call('POST', address, body);
  if (answer.status >= 300) throw new Error(`${address}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}
