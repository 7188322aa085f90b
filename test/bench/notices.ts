import path from 'node:path';
import { Database } from '@suyuan/platform';
import { DEFAULT_DELIVERY_OPTIONS } from '../../libs/notice/src/delivery-options';
import { DeliveryBench, eventually, notice } from '../../libs/notice/src/testing/delivery-bench';
import { Receiver } from '../../libs/notice/src/testing/receiver';
import { benchDatabase } from './bench-database';
import { Figure } from './figures';

const RECEIVERS = 100;
const NOTICES = Number(process.env['SUYUAN_TEST_BENCH_NOTICES'] ?? 5_000);
const HANGING = 1;
const FAILING = 5;

/**
 * First webhook attempts to receivers on this machine, and what one receiver in a hundred that hangs and five that fail do to
 * the others: the rate at which the healthy ones get theirs, faulty over clean, in one run. Every healthy receiver must have
 * each of its notices, every failing one must have been asked for each.
 */
export async function noticeFigures(dataDir: string): Promise<Figure[]> {
  const server = await benchDatabase(path.join(dataDir, 'notices'));
  const database = Database.connect(server.url);
  try {
    const bench = await DeliveryBench.on(database);
    await firstAttempts(bench, 'warm', 0, 0, 1_000);
    const clean = await firstAttempts(bench, 'clean', 0, 0, NOTICES);
    const faulty = await firstAttempts(bench, 'faulty', HANGING, FAILING, NOTICES);
    return [
      { name: 'first webhook attempts, all receivers well', value: Math.round(clean), unit: 'notices/s' },
      { name: 'first webhook attempts to the well, 1 % hang, 5 % fail', value: Math.round(faulty), unit: 'notices/s' },
      { name: 'the same, faulty as a share of clean', value: faulty / clean, unit: 'ratio' },
    ];
  } finally {
    await database.close();
    await server.stop();
  }
}

/** @returns notices per second at the receivers that are well */
async function firstAttempts(
  bench: DeliveryBench,
  name: string,
  hanging: number,
  failing: number,
  notices: number,
): Promise<number> {
  const receivers = await Promise.all(
    Array.from({ length: RECEIVERS }, async (_, index) =>
      Receiver.start((response) => {
        if (index >= hanging) response.writeHead(index < hanging + failing ? 500 : 204).end();
      }),
    ),
  );
  const party = (index: number): string => `417/95060001${String(index).padStart(5, '0')}`;
  receivers.forEach(({ url }, index) => bench.directory.register(party(index), url));
  const outgoing = Array.from({ length: notices }, (_, index) => notice(`${name}${index}`, party(index % RECEIVERS)));
  for (let from = 0; from < notices; from += 1_000) await bench.delivery.queue(outgoing.slice(from, from + 1_000));
  const well = receivers.slice(hanging + failing);
  const share = notices / RECEIVERS;
  const began = performance.now();
  const dispatcher = await bench.dispatch(DEFAULT_DELIVERY_OPTIONS);
  try {
    await eventually('every notice at the well', () => well.every((one) => one.received.length >= share), 300_000);
    const seconds = (performance.now() - began) / 1000;
    await eventually(
      'every failing one asked',
      () => receivers.slice(hanging, hanging + failing).every((one) => new Set(one.ids()).size === share),
      60_000,
    );
    for (const one of well)
      if (one.received.length !== share || new Set(one.ids()).size !== share)
        throw new Error(`${name}: a receiver got ${one.received.length} of ${share} notices`);
    return (well.length * share) / seconds;
  } finally {
    await dispatcher.stop();
    await Promise.all(receivers.map(async (one) => one.stop()));
    await bench.database.query('TRUNCATE notice_delivery CASCADE');
  }
}
