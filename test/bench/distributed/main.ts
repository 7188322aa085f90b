import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Database } from '@suyuan/platform';
import { ADMIN_KEY } from '../../support/api';
import { SplitProduct } from '../../support/split-product';
import { StandaloneProduct } from '../../support/standalone-product';
import { benchDatabase, furtherDatabase } from '../bench-database';
import { Figure } from '../figures';
import { benchApi } from '../product';
import { report } from '../report';
import { captureShares } from './capture-shares';
import { recallLatency } from './recall-latency';
import { relayRate } from './relay-rate';

/**
 * The separate services over a real Kafka, in one run on one machine with the standalone product: what capture costs, what
 * the relay carries, and how far behind everything is at a steady rate. Every answer is checked.
 */
async function main(): Promise<void> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'suyuan-bench-'));
  // The database runs as another user where we are root, and has to pass through.
  await chmod(dataDir, 0o711);
  const figures: Figure[] = [];
  const server = await benchDatabase(path.join(dataDir, 'database'));
  const databaseUrl = await furtherDatabase(server, 'split');
  const settings = { SUYUAN_EGRESS_ALLOW: '127.0.0.0/8' };
  const [alone, split] = await Promise.all([
    StandaloneProduct.start({ SUYUAN_DATABASE_URL: server.url }),
    SplitProduct.start({ databaseUrl, settings }),
  ]);
  const database = Database.connect(databaseUrl);
  try {
    const reader = benchApi(split.url, ADMIN_KEY);
    const capturer = benchApi(split.processes.capture[0]?.url ?? '', ADMIN_KEY);
    const standalone = benchApi(alone.url, ADMIN_KEY);
    figures.push(...(await captureShares({ capturer: standalone, reader: standalone }, { capturer, reader })));
    await Promise.all([standalone.close(), alone.stop()]);
    figures.push(...(await relayRate(split, { capturer, reader }, database)));
    figures.push(...(await recallLatency(split, { capturer, reader })));
    await Promise.all([reader.close(), capturer.close()]);
  } finally {
    await database.close();
    await Promise.all([alone.remove(), split.remove()]);
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
  await report(figures, 'bench-results-distributed.json', 'PostgreSQL log, one Kafka broker, one process of each service');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
