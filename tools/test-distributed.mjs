// npm run test:distributed: the tests that need a real Kafka and the product as separate processes. Starts a broker out
// of Maven's artifacts; where Java or Maven is missing it says which in one line, and exits with 3: nothing was tested.
// ROUNDS: how often the fault rounds kill (default 5). Further arguments go to jest.
import { createRequire } from 'node:module';
import path from 'node:path';
import { ensure, root, run } from './ensure.mjs';
import { KafkaMissing, kafkaLibraries } from './kafka.mjs';

const NOTHING_TESTED = 3;
await ensure();
let cluster;
try {
  const libraries = await kafkaLibraries();
  const { KafkaCluster } = createRequire(import.meta.url)('../dist/test/support/kafka-cluster.js');
  cluster = await KafkaCluster.start(libraries);
  const env = { ...process.env, SUYUAN_TEST_KAFKA_BROKERS: cluster.brokers, SUYUAN_TEST_KAFKA_LIBRARIES: libraries };
  const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const given = process.argv.slice(2);
  const test = (paths, settings = {}) =>
    run(process.execPath, [jest, '--runInBand', ...given, ...paths], { env: { ...env, ...settings } });
  if (given.some((argument) => !argument.startsWith('-'))) process.exitCode = await test([]);
  else {
    const suites = ['whole-way', 'bad-input', 'investigation', 'follow-up'].map((name) => `test/e2e/${name}.spec`);
    const codes = [
      await test(['libs/messaging/src/kafka', 'test/distributed']),
      // The end-to-end suites as they are, on the separate services.
      await test([...suites, 'test/e2e/tracing'], { SUYUAN_TEST_SPLIT: '1' }),
      await test(suites, { SUYUAN_TEST_SPLIT: '1', SUYUAN_TEST_EVENT_STORE: 'protocol' }),
    ];
    process.exitCode = Math.max(...codes);
  }
} catch (error) {
  if (!(error instanceof KafkaMissing)) throw error;
  process.stderr.write(`suyuan: the distributed tests are left out: ${error.message}\n`);
  process.exitCode = NOTHING_TESTED;
} finally {
  await cluster?.remove();
}
