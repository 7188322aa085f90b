import { Database } from '@suyuan/platform';
import { expectEqual, Figure, quantile, timed } from './figures';
import { documentsOf } from './bench-events';
import { backgroundEvents, COMPONENT_LOT, LOT, lotEvents, LotTruth, PRODUCT, truthOf, unit } from './million-lot';
import { BenchApi, BenchProduct } from './product';
import { rawCopy } from './raw-copy';
import { recallFigures } from './recall';

const EVENTS_PER_DOCUMENT = 1_000;
const DAY = '2026-01-01T';

interface Row {
  readonly state: string;
  readonly quantity: number;
  readonly product: string;
}

/**
 * The graph at size: one lot in a store five times as large. The lot comes first, so that its questions are asked in a
 * small store and again in the large one. Every answer is compared with what the events add up to.
 */
export async function traceBench(product: BenchProduct, database: Database, storeUnits: number): Promise<Figure[]> {
  const units = storeUnits / 5;
  const truth = truthOf(units);
  const figures: Figure[] = [];
  const load = await loaded(product, lotEvents(units));
  figures.push({ name: `life of a lot of ${units} units, captured and visible`, value: load.visiblePerSecond, unit: 'events/s' });
  const small = await questions(product, truth);
  const background = await loaded(product, backgroundEvents(storeUnits - units, 0));
  const copy = await rawCopy(database, background.events, EVENTS_PER_DOCUMENT);
  const large = await questions(product, truth);
  const walk = await walked(database, truth);
  const recall = await recallFigures(product, database, truth);
  const lag = await lagAt(product, background.visiblePerSecond / 2, storeUnits);
  const rebuild = await rebuilt(product, load.events + background.events);

  const must = (name: string, value: number, unitName: string, held?: string): void =>
    void figures.push({ name, value, unit: unitName, ...(held === undefined ? {} : { must: held }) });
  must('raw COPY of the same documents, the log’s own indexes', copy, 'events/s');
  must('captured (events of 10 items, documents of 1,000)', background.capturedPerSecond, 'events/s');
  must('captured to visible in holders, sustained', background.visiblePerSecond, 'events/s', '≥ 3,000');
  must('the same as a share of raw COPY', background.visiblePerSecond / copy, 'ratio', '≥ 0.10');
  must('lag from acknowledgement to visible at half of that rate, p99', lag, 'ms', '≤ 1,000');
  must(`holders of the lot in a store of ${storeUnits} units, median`, large.holders, 'ms', '≤ 100');
  must('walking its units by SQL in the same database', walk, 'ms');
  must('the walk over the answer', walk / large.holders, 'ratio', '≥ 50');
  must(
    'holders of a component lot two transformations upstream, over the above',
    large.component / large.holders,
    'ratio',
    '≤ 2',
  );
  must('holders of a serial range of 1,000, median', large.range, 'ms', '≤ 100');
  must('one item’s full history, 50 at a time, p99', large.history, 'ms', '≤ 20');
  for (const name of ['holders', 'component', 'range', 'history'] as const)
    must(`growth of ${name} from ${units} to ${storeUnits} units in the store`, large[name] / small[name], 'ratio', '≤ 2');
  must('rebuild of the graph from the log', rebuild, 'events/s');
  must('rebuild over capture', rebuild / background.capturedPerSecond, 'ratio', '≥ 2');
  figures.push(...recall);
  const [size] = await database.query<{ bytes: number }>('SELECT pg_database_size(current_database()) AS bytes');
  must('bytes on disk for each item, all tables and indexes', (size?.bytes ?? 0) / storeUnits, 'B', 'stated');
  must('most memory of the process', product.peakMemoryMiB(), 'MiB', '≤ 1,024');
  return figures;
}

interface Load {
  readonly events: number;
  readonly capturedPerSecond: number;
  readonly visiblePerSecond: number;
}

/** Captures events as documents and waits until they are in the graph. */
export async function loaded(product: BenchApi, events: Iterable<Record<string, unknown>>): Promise<Load> {
  let count = 0;
  let position = '0';
  let making = 0;
  const began = performance.now();
  const documents = documentsOf(events, EVENTS_PER_DOCUMENT);
  for (;;) {
    const asked = performance.now();
    const next = documents.next();
    // Making the documents is no work of the product's, though it takes the same processors.
    making += performance.now() - asked;
    if (next.done === true) break;
    position = await product.capture(next.value.text);
    count += next.value.events;
  }
  const captured = performance.now() - making;
  await product.visible(position);
  const visible = performance.now() - making;
  return {
    events: count,
    capturedPerSecond: (count / (captured - began)) * 1000,
    visiblePerSecond: (count / (visible - began)) * 1000,
  };
}

async function questions(
  product: BenchProduct,
  truth: LotTruth,
): Promise<Record<'holders' | 'component' | 'range' | 'history', number>> {
  const ask = async (path: string): Promise<string> => (await product.ask('GET', path)).text;
  const holdersOf = (code: string, rest = ''): string => `/api/v1/trace/${encodeURIComponent(code)}/holders${rest}`;
  const isTruth = (answer: string): void => checkLot(JSON.parse(answer) as { holders: Row[] }, truth);
  const holders = await timed(40, 1, () => ask(holdersOf(LOT)), isTruth);
  const component = await timed(40, 1, () => ask(holdersOf(COMPONENT_LOT)), isTruth);
  const from = 1_000_000_000 + Math.floor(truth.units / 2);
  const serials = `?serialFrom=${from}&serialTo=${from + 999}&derived=false`;
  const range = await timed(
    20,
    1,
    () => ask(holdersOf(`01/${PRODUCT}`, serials)),
    (answer) => {
      const { holders: rows } = JSON.parse(answer) as { holders: Row[] };
      expectEqual(
        'units of the range',
        rows.reduce((sum, { quantity }) => sum + quantity, 0),
        1_000,
      );
    },
  );
  const itemOf = (round: number): number => (round * 7919) % truth.units;
  // As a service that has been up for a while: the first questions pay for compiling.
  const history = await timed(
    2_000,
    50,
    (round) => ask(`/api/v1/trace/${encodeURIComponent(unit(itemOf(round)))}/history`),
    (answer, round) => {
      const item = itemOf(round);
      const sold = item % (truth.heldPerShop + truth.soldPerShop) < truth.soldPerShop;
      const { items } = JSON.parse(answer) as { items: { at: string }[] };
      // Made, packed, on a pallet, shipped, received, off the pallet, shipped, received, unpacked, and sold.
      expectEqual(`events of unit ${item}`, items.length, sold ? 10 : 9);
      expectEqual('the first of them', items[0]?.at.startsWith(DAY), true);
    },
  );
  return {
    holders: quantile(holders, 0.5),
    component: quantile(component, 0.5),
    range: quantile(range, 0.5),
    history: quantile(history.slice(500), 0.99),
  };
}

function checkLot(answer: { holders: Row[] }, truth: LotTruth): void {
  const rows = answer.holders.filter(({ product }) => product.endsWith(LOT));
  for (const [state, each] of [
    ['held', truth.heldPerShop],
    ['sold', truth.soldPerShop],
  ] as const) {
    const found = rows.filter((row) => row.state === state);
    expectEqual(`holders (${state})`, found.length, truth.shops);
    expectEqual(
      `each of them (${state})`,
      found.every(({ quantity }) => quantity === each),
      true,
    );
  }
  expectEqual('rows', rows.length, 2 * truth.shops);
}

/** What a store without sums does: every unit of the lot, up to its outermost container, counted by holder. */
async function walked(database: Database, truth: LotTruth): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    const began = performance.now();
    const rows = await database.query<{ units: number }>(
      `WITH RECURSIVE up AS (
         SELECT u.key, b.parent, b.account_id FROM trace_live.cohort c JOIN trace_live.bundle b ON b.cohort_id = c.id JOIN trace_live.unit u ON u.bundle_id = b.id
          WHERE c.product = $1 AND c.kind = 'units'
         UNION ALL
         SELECT up.key, b.parent, b.account_id FROM up JOIN trace_live.unit u ON u.key = up.parent JOIN trace_live.bundle b ON b.id = u.bundle_id)
       SELECT a.name, count(*) AS units FROM up JOIN trace_live.account a ON a.id = up.account_id WHERE up.parent IS NULL GROUP BY a.name`,
      [LOT],
    );
    times.push(performance.now() - began);
    expectEqual(
      'units walked',
      rows.reduce((sum, { units }) => sum + units, 0),
      truth.units,
    );
  }
  return quantile(times, 0.5);
}

/** Documents of 100 events at a steady rate; each is asked for as soon as it is acknowledged. @returns milliseconds, p99 */
export async function lagAt(
  product: BenchApi,
  eventsPerSecond: number,
  firstUnit: number,
  units = 10_000,
  reader: BenchApi = product,
): Promise<number> {
  const documents = [...documentsOf(backgroundEvents(units, firstUnit), 100)];
  const lags: Promise<number>[] = [];
  const began = performance.now();
  for (const [index, { text }] of documents.entries()) {
    const due = began + ((index * 100) / eventsPerSecond) * 1000;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    const position = await product.capture(text);
    const acknowledged = performance.now();
    lags.push(reader.visible(position).then(() => performance.now() - acknowledged));
  }
  return quantile(await Promise.all(lags), 0.99);
}

async function rebuilt(product: BenchProduct, events: number): Promise<number> {
  const began = performance.now();
  const lines = (await product.ask('POST', '/api/v1/admin/trace/rebuild')).text.trim().split('\n');
  const last = JSON.parse(lines[lines.length - 1] ?? '{}') as { result?: { position: number } };
  expectEqual('the rebuilt graph stands at the head', (last.result?.position ?? 0) >= events, true);
  return events / ((performance.now() - began) / 1000);
}
