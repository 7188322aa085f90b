import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Database } from '@suyuan/platform';
import { benchDatabase } from './bench-database';
import { benchCheck } from './check-bench';
import { Figure } from './figures';
import { hardCaseFigures } from './hard-cases';
import { noticeFigures } from './notices';
import { partitionBench } from './partitions';
import { startProduct } from './product';
import { report } from './report';
import { traceBench } from './trace';

/**
 * What this machine does, in one run, on one database server. Every answer is checked: a fast wrong answer is a failure.
 * SUYUAN_TEST_BENCH_UNITS: units in the store, 200,000 by default, a multiple of 100,000 (5,000,000 takes about half an hour).
 */
const STORE_UNITS = Number(process.env['SUYUAN_TEST_BENCH_UNITS'] ?? 200_000);

async function main(): Promise<void> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'suyuan-bench-'));
  // The database runs as another user where we are root, and has to pass through.
  await chmod(dataDir, 0o711);
  const figures: Figure[] = [];
  const server = await benchDatabase(path.join(dataDir, 'database'));
  const database = Database.connect(server.url);
  try {
    const product = await startProduct(path.join(dataDir, 'product'), { SUYUAN_DATABASE_URL: server.url });
    try {
      figures.push(...(await traceBench(product, database, STORE_UNITS)));
    } finally {
      await product.stop();
    }
    figures.push(...(await hardCaseFigures(path.join(dataDir, 'hard-cases'))));
    figures.push(...(await noticeFigures(dataDir)));
    await benchCheck(path.join(dataDir, 'till'), figures);
  } finally {
    await database.close();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
  await report(figures, 'bench-results.json', `${STORE_UNITS.toLocaleString('en')} units`);
}

// `npm run bench -- partitions`: the graph over 1, 2, 4 and 8 partitions, by itself and without a database.
const run = process.argv[2] === 'partitions' ? partitionBench(STORE_UNITS) : main();
run.catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
