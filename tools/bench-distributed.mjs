// npm run bench:distributed: the separate services over a real Kafka, measured beside the standalone product. Starts a
// broker out of Maven's artifacts; where Java or Maven is missing it says which in one line, and exits with 3.
import { createRequire } from 'node:module';
import path from 'node:path';
import { ensure, root, run } from './ensure.mjs';
import { KafkaMissing, kafkaLibraries } from './kafka.mjs';

const NOTHING_MEASURED = 3;
await ensure();
let cluster;
try {
  const { KafkaCluster } = createRequire(import.meta.url)('../dist/test/support/kafka-cluster.js');
  cluster = await KafkaCluster.start(await kafkaLibraries());
  const env = { ...process.env, SUYUAN_TEST_KAFKA_BROKERS: cluster.brokers };
  const program = path.join(root, 'dist/test/bench/distributed/main.js');
  process.exitCode = await run(process.execPath, ['--enable-source-maps', program], { env });
} catch (error) {
  if (!(error instanceof KafkaMissing)) throw error;
  process.stderr.write(`suyuan: nothing was measured: ${error.message}\n`);
  process.exitCode = NOTHING_MEASURED;
} finally {
  await cluster?.remove();
}
