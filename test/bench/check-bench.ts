import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { CheckWorld, Question } from './check-world';
import { Figure } from './figures';
import { ADMIN_KEY, BenchProduct, startProduct } from './product';
import type { LoadOrder, LoadReport } from './till-load';

const run = promisify(execFile);
/** Goal: 5,000,000. */
const UNITS = Number(process.env['SUYUAN_TEST_BENCH_UNITS'] ?? 200_000);
const SECONDS = Number(process.env['SUYUAN_TEST_BENCH_SECONDS'] ?? 10);
const QUESTIONS = 50_000;

/** The check at the till under a thousand recalls: an even load from another process, every answer compared with what it must be. */
export async function benchCheck(dataDir: string, figures: Figure[]): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const product = await startProduct(path.join(dataDir, 'data'));
  try {
    const world = new CheckWorld(UNITS);
    const { ask } = product;
    let position = '0';
    for (const document of world.documents()) position = await product.capture(document);
    await visible(ask, position);
    const scopes = world.scopes();
    for (const scope of scopes) position = await begin(ask, scope);
    await visible(ask, position);
    const load = (order: Partial<LoadOrder>): Promise<LoadReport> =>
      loadFrom(dataDir, {
        url: product.url,
        questions: world.questions(QUESTIONS),
        perSecond: 0,
        seconds: SECONDS,
        connections: 32,
        ...order,
      });
    const title = `check, ${scopes.length.toLocaleString('en')} recalls over ${world.units.toLocaleString('en')} units`;
    await load({ seconds: 3, perSecond: 500 });
    for (const perSecond of [1_000, 2_000]) {
      const report = await load({ perSecond });
      figures.push({ name: `${title}: ${perSecond}/s keyless, median`, value: report.p50, unit: 'ms' });
      figures.push({ name: `${title}: ${perSecond}/s keyless, p99`, value: report.p99, unit: 'ms' });
      figures.push({
        name: `${title}: ${perSecond}/s keyless, p99 of the median second`,
        value: report.p99OfMedianSecond,
        unit: 'ms',
      });
    }
    const most = await load({ key: ADMIN_KEY });
    figures.push({ name: `${title}: most, with a key`, value: Math.round(most.perSecond), unit: 'requests/s' });
    figures.push({
      name: `${title}: POST of 1,000 codes`,
      value: Math.round(await many(ask, world.questions(20_000))),
      unit: 'codes/s',
    });
    const list = await ask('GET', '/api/v1/check/blocklist');
    figures.push({ name: `${title}: block list`, value: Buffer.byteLength(list.text) / 1024, unit: 'KiB' });
  } finally {
    await product.stop();
  }
}

type Ask = BenchProduct['ask'];

async function visible(ask: Ask, position: string): Promise<void> {
  for (let status = 503; status !== 200;) status = (await ask('GET', `/api/v1/exceptions?limit=1&atLeast=${position}`)).status;
}

async function begin(ask: Ask, scope: object): Promise<string> {
  const body = {
    title: 'A product',
    mode: 'real',
    regimes: ['cn-consumer'],
    basis: 'ordered',
    depth: 'consumer',
    reason: 'It fails',
    hazard: 'Fire',
    product: 'A product',
    scope,
    instructions: 'Stop selling it and keep it apart.',
    contacts: [{ name: 'Hotline' }],
  };
  const made = await ask('POST', '/api/v1/recalls', JSON.stringify(body));
  if (made.status !== 201) throw new Error(`a recall was refused: ${made.text}`);
  const active = await ask('POST', `/api/v1/recalls/${(JSON.parse(made.text) as { id: string }).id}/activate`, '{}');
  if (active.status >= 300) throw new Error(`a recall was not activated: ${active.text}`);
  return active.header('suyuan-position');
}

/** A process of its own, so that the measuring does not wait for the measured. */
async function loadFrom(dataDir: string, order: LoadOrder): Promise<LoadReport> {
  const file = path.join(dataDir, 'load.json');
  await writeFile(file, JSON.stringify(order));
  const { stdout } = await run(process.execPath, [path.resolve(__dirname, 'till-load.js'), file], { maxBuffer: 1 << 20 });
  const report = JSON.parse(stdout) as LoadReport;
  if (report.wrong > 0) throw new Error(`${report.wrong} of ${report.done} answers were wrong: ${report.example ?? ''}`);
  return report;
}

async function many(ask: Ask, questions: readonly Question[]): Promise<number> {
  const began = performance.now();
  for (let from = 0; from < questions.length; from += 1_000) {
    const some = questions.slice(from, from + 1_000);
    const answer = await ask('POST', '/api/v1/check', JSON.stringify({ codes: some.map(([code]) => code) }));
    const { items } = JSON.parse(answer.text) as { items: { verdict: string }[] };
    const wrong = some.findIndex(([, verdict], index) => items[index]?.verdict !== verdict);
    if (wrong >= 0) throw new Error(`many: ${JSON.stringify(items[wrong])} for ${some[wrong]?.join(' ')}`);
  }
  return (questions.length * 1000) / (performance.now() - began);
}
