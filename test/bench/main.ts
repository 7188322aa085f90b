import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { Database, EmbeddedPostgres } from '@suyuan/platform';
import { checkDigit } from '@suyuan/gs1';
import { noticeFigures } from './notices';
import { benchCheck } from './check-bench';
import { Figure, quantile } from './figures';
import { ADMIN_KEY, startProduct } from './product-process';

/**
 * What this machine does, in one run: durable capture against raw COPY of the same bytes on the same server, how far the
 * graph lags, and how long a `holders` question takes. Every answer is checked: a fast wrong answer is a failure.
 */
const EVENTS_PER_DOCUMENT = 1_000;
const ITEMS_PER_EVENT = 10;
const DOCUMENTS = Number(process.env['SUYUAN_TEST_BENCH_DOCUMENTS'] ?? 20);

const withCheckDigit = (digits: string): string => digits + String(checkDigit(digits));
const GTIN = withCheckDigit('0950600000777');
const PLACES = Array.from({ length: 20 }, (_, index) => withCheckDigit(`950600${String(100 + index)}000`));

async function main(): Promise<void> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'suyuan-bench-'));
  // The database runs as another user where we are root, and has to pass through.
  await chmod(dataDir, 0o711);
  const figures: Figure[] = [];
  try {
    const copySeconds = await rawCopy(path.join(dataDir, 'copy'), figures);
    await capture(path.join(dataDir, 'product'), copySeconds, figures);
    figures.push(...(await noticeFigures(dataDir)));
    await benchCheck(path.join(dataDir, 'till'), figures);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
  await writeFile(
    'bench-results.json',
    `${JSON.stringify({ machine, documents: DOCUMENTS, eventsPerDocument: EVENTS_PER_DOCUMENT, itemsPerEvent: ITEMS_PER_EVENT, figures }, null, 2)}\n`,
  );
  process.stdout.write(
    `\n${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}; ${DOCUMENTS} documents of ${EVENTS_PER_DOCUMENT} events of ${ITEMS_PER_EVENT} items\n`,
  );
  for (const { name, value, unit } of figures)
    process.stdout.write(
      `  ${name.padEnd(58)} ${value.toLocaleString('en', { maximumFractionDigits: 3 }).padStart(12)} ${unit}\n`,
    );
}

/** One EPCIS document: serials of one lot commissioned at one place, received at another. */
function documentOf(number: number): string {
  const eventList = Array.from({ length: EVENTS_PER_DOCUMENT }, (_, index) => {
    const batch = number * EVENTS_PER_DOCUMENT + index;
    const born = index % 2 === 0;
    const group = born ? batch : batch - 1;
    const epcList = Array.from(
      { length: ITEMS_PER_EVENT },
      (__, item) => `https://id.gs1.org/01/${GTIN}/21/${group * ITEMS_PER_EVENT + item}`,
    );
    const place = `https://id.gs1.org/414/${born ? PLACES[0] : PLACES[1 + ((group / 2) % (PLACES.length - 1))]}`;
    return {
      type: 'ObjectEvent',
      action: born ? 'ADD' : 'OBSERVE',
      bizStep: born ? 'commissioning' : 'receiving',
      eventTime: `2026-05-0${born ? 1 : 2}T08:00:00.000+08:00`,
      eventTimeZoneOffset: '+08:00',
      epcList,
      readPoint: { id: place },
      bizLocation: { id: place },
      ...(born ? { ilmd: { 'cbvmda:lotNumber': `B${number % 4}` } } : {}),
    };
  });
  return JSON.stringify({
    '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
    type: 'EPCISDocument',
    schemaVersion: '2.0',
    creationDate: '2026-05-03T00:00:00Z',
    epcisBody: { eventList },
  });
}

/** The physical yardstick: the same events as rows, by COPY, into one table with the log's own indexes, a commit per document. */
async function rawCopy(dataDir: string, figures: Figure[]): Promise<number> {
  const server = await EmbeddedPostgres.start({
    dataDir,
    tell: () => undefined,
    onLost: (error) => {
      throw error;
    },
  });
  const database = Database.connect(server.url);
  try {
    await database.query(
      'CREATE TABLE copied (position bigint PRIMARY KEY, id text NOT NULL UNIQUE, stream text NOT NULL, version int NOT NULL, data text NOT NULL, UNIQUE (stream, version))',
    );
    const documents = Array.from(
      { length: DOCUMENTS },
      (_, number) => JSON.parse(documentOf(number)) as { epcisBody: { eventList: unknown[] } },
    );
    let position = 0;
    const batches = documents.map(({ epcisBody }) =>
      epcisBody.eventList.map(
        (event) => `${(position += 1)}\tid-${position}\ts-${position}\t0\t${JSON.stringify(event).replaceAll('\\', '\\\\')}\n`,
      ),
    );
    const began = performance.now();
    for (const lines of batches) await database.transaction((tx) => tx.copyIn('COPY copied FROM STDIN', lines));
    const seconds = (performance.now() - began) / 1000;
    figures.push({ name: 'raw COPY of the same events, log indexes', value: Math.round(position / seconds), unit: 'events/s' });
    return seconds;
  } finally {
    await database.close();
    await server.stop();
  }
}

async function capture(dataDir: string, copySeconds: number, figures: Figure[]): Promise<void> {
  const product = await startProduct(dataDir);
  const ask = async (method: string, address: string, body?: string): Promise<Response> =>
    fetch(product.url + address, {
      method,
      headers: { authorization: `Bearer ${ADMIN_KEY}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body }),
    });
  try {
    const documents = Array.from({ length: DOCUMENTS }, (_, number) => documentOf(number));
    const began = performance.now();
    let position = '0';
    for (const document of documents) {
      const answer = await ask('POST', '/epcis/capture', document);
      if (answer.status !== 202) throw new Error(`capture was refused: ${await answer.text()}`);
      position = answer.headers.get('suyuan-position') ?? position;
    }
    const seconds = (performance.now() - began) / 1000;
    const events = DOCUMENTS * EVENTS_PER_DOCUMENT;
    figures.push({ name: 'durable capture, acknowledged', value: Math.round(events / seconds), unit: 'events/s' });
    figures.push({
      name: 'durable capture, acknowledged',
      value: Math.round((events * ITEMS_PER_EVENT) / seconds),
      unit: 'items/s',
    });
    figures.push({ name: 'durable capture as a share of raw COPY', value: copySeconds / seconds, unit: 'ratio' });
    for (let visible = 503; visible !== 200;)
      visible = (await ask('GET', `/api/v1/exceptions?limit=1&atLeast=${position}`)).status;
    figures.push({
      name: 'capture to visible in the graph, sustained',
      value: Math.round(events / ((performance.now() - began) / 1000)),
      unit: 'events/s',
    });
    await lag(ask, figures);
    await holders(ask, figures);
  } finally {
    product.stop();
    await product.ended;
  }
}

/** One event at a time: from its acknowledgement to its being in the answers. */
async function lag(ask: (method: string, address: string, body?: string) => Promise<Response>, figures: Figure[]): Promise<void> {
  const lags: number[] = [];
  for (let number = 0; number < 100; number++) {
    const row = { product: GTIN, lot: 'LAG', serials: [`LAG${number}`], place: PLACES[0], at: '2026-05-04T08:00:00+08:00' };
    const answer = await ask('POST', '/api/v1/events/production', JSON.stringify(row));
    const acknowledged = performance.now();
    const read = await ask(
      'GET',
      `/api/v1/check/${encodeURIComponent(`01/${GTIN}`)}?atLeast=${answer.headers.get('suyuan-position')}`,
    );
    if (read.status !== 200) throw new Error('the event did not become visible');
    lags.push(performance.now() - acknowledged);
  }
  figures.push({ name: 'lag from acknowledgement to visible, median', value: quantile(lags, 0.5), unit: 'ms' });
  figures.push({ name: 'lag from acknowledgement to visible, p99', value: quantile(lags, 0.99), unit: 'ms' });
}

async function holders(ask: (method: string, address: string) => Promise<Response>, figures: Figure[]): Promise<void> {
  const lots = ['B0', 'B1', 'B2', 'B3'];
  const units = (DOCUMENTS * EVENTS_PER_DOCUMENT * ITEMS_PER_EVENT) / 2 / lots.length;
  const times: number[] = [];
  for (let round = 0; round < 20; round++) {
    for (const lot of lots) {
      const began = performance.now();
      const answer = (await (await ask('GET', `/api/v1/trace/${encodeURIComponent(`01/${GTIN}/10/${lot}`)}/holders`)).json()) as {
        holders: { quantity: number }[];
        totals: { produced: number; held: number };
      };
      times.push(performance.now() - began);
      const sum = answer.holders.reduce((total, { quantity }) => total + quantity, 0);
      if (sum !== units || answer.totals.produced !== units || answer.totals.held !== units)
        throw new Error(`holders of ${lot} are wrong: ${sum} of ${units}`);
    }
  }
  figures.push({
    name: `holders of a lot of ${units.toLocaleString('en')} serials with 19 holders, median`,
    value: quantile(times, 0.5),
    unit: 'ms',
  });
  figures.push({
    name: `holders of a lot of ${units.toLocaleString('en')} serials with 19 holders, p99`,
    value: quantile(times, 0.99),
    unit: 'ms',
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
