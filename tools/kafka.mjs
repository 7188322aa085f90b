// Apache Kafka for the tests: its artifacts from Maven's default repository, kept outside the tree, run by the machine's
// Java. `node tools/kafka.mjs` fetches them and runs one broker until Ctrl-C; the tests import `kafkaLibraries`.
import { execFile } from 'node:child_process';
import { access, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const KAFKA = '4.1.1';
const LOG4J = '2.24.3';
const FETCH_MS_MAX = 600_000;

/** What the machine lacks to run a broker, in one line. */
export class KafkaMissing extends Error {}

/** The folder with Kafka's jars; fetched at the first call. Throws `KafkaMissing`. */
export async function kafkaLibraries() {
  await javaOfVersion(17);
  const home = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'suyuan', 'kafka', KAFKA);
  const libraries = path.join(home, 'libs');
  if (await exists(libraries)) return libraries;
  await mkdir(home, { recursive: true });
  const making = path.join(home, `fetch-${process.pid}`);
  await mkdir(making, { recursive: true });
  try {
    await writeFile(path.join(making, 'pom.xml'), pom());
    const args = ['-q', '-B', 'dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=libs'];
    await execute('mvn', args, { cwd: making, timeout: FETCH_MS_MAX });
    if ((await readdir(path.join(making, 'libs'))).length < 20)
      throw new KafkaMissing('Maven brought too few of the jars of Kafka');
    // Moved when whole: an interrupted fetch must not look like a finished one.
    await rename(path.join(making, 'libs'), libraries).catch((error) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } catch (error) {
    if (error instanceof KafkaMissing) throw error;
    if (error.code === 'ENOENT') throw new KafkaMissing('Maven (mvn) is not installed: it fetches Apache Kafka');
    throw new KafkaMissing(`Maven could not fetch Apache Kafka ${KAFKA}: ${firstLine(error.stdout) || firstLine(error.message)}`);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return libraries;
}

async function javaOfVersion(wanted) {
  const { stderr } = await execute('java', ['-version']).catch(() => {
    throw new KafkaMissing(`Java ${wanted} or newer is not installed: Apache Kafka ${KAFKA} runs on it`);
  });
  const version = Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
  if (version < wanted) throw new KafkaMissing(`Java ${wanted} or newer is needed for Apache Kafka ${KAFKA}; this is ${version}`);
}

function pom() {
  const dependency = (group, artifact, version) =>
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>suyuan</groupId><artifactId>kafka-for-tests</artifactId><version>1</version><dependencies>
${dependency('org.apache.kafka', 'kafka_2.13', KAFKA)}
${dependency('org.apache.logging.log4j', 'log4j-slf4j-impl', LOG4J)}
${dependency('org.apache.logging.log4j', 'log4j-core', LOG4J)}
</dependencies></project>
`;
}

const firstLine = (text) => String(text ?? '').split('\n')[0];
const exists = (file) =>
  access(file).then(
    () => true,
    () => false,
  );

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { ensure } = await import('./ensure.mjs');
  await ensure();
  const { KafkaCluster } = createRequire(import.meta.url)('../dist/test/support/kafka-cluster.js');
  try {
    const cluster = await KafkaCluster.start(await kafkaLibraries());
    process.stdout.write(`SUYUAN_KAFKA_BROKERS=${cluster.brokers}\n`);
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void cluster.remove().then(() => process.exit(0)));
  } catch (error) {
    process.stderr.write(`suyuan: ${error instanceof KafkaMissing ? error.message : error.stack}\n`);
    process.exit(1);
  }
}
