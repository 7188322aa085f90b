import { ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const START_MS_MAX = 120_000;

/** A listener that wants TLS and a name and password, beside the open one. */
export interface SecuredListener {
  /** PEM: the brokers' key, and the certificate for it. */
  readonly brokerPem: string;
  readonly user: string;
  readonly password: string;
  /** PEM: clients must show a certificate from here. */
  readonly clientCa?: string;
}

interface Node {
  readonly id: number;
  readonly securedPort: number;
  readonly port: number;
  readonly controllerPort: number;
  readonly folder: string;
  child: ChildProcess | undefined;
  said: string;
}

/** A real Kafka of one or more nodes, each broker and controller in one, on free ports of this machine. */
export class KafkaCluster {
  private constructor(
    private readonly libraries: string,
    private readonly folder: string,
    private readonly nodes: readonly Node[],
    private readonly secured: SecuredListener | undefined,
  ) {}

  /** @param libraries the folder with Kafka's jars (tools/kafka.mjs) */
  static async start(libraries: string, size = 1, secured?: SecuredListener): Promise<KafkaCluster> {
    const folder = await mkdtemp(path.join(tmpdir(), 'suyuan-kafka-'));
    const ports = await freePorts(size * 3);
    const nodes = Array.from({ length: size }, (_, index): Node => {
      const [port = 0, controllerPort = 0, securedPort = 0] = ports.slice(index * 3);
      const id = index + 1;
      return { id, port, controllerPort, securedPort, folder: path.join(folder, String(id)), child: undefined, said: '' };
    });
    const cluster = new KafkaCluster(libraries, folder, nodes, secured);
    try {
      await cluster.format();
      await Promise.all(nodes.map((node) => cluster.boot(node)));
    } catch (error) {
      await cluster.remove();
      throw error;
    }
    return cluster;
  }

  /** As SUYUAN_KAFKA_BROKERS takes it. */
  get brokers(): string {
    return this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
  }

  /** The same by the listener that wants TLS and a password. */
  get securedBrokers(): string {
    return this.nodes.map(({ securedPort }) => `127.0.0.1:${securedPort}`).join(',');
  }

  get size(): number {
    return this.nodes.length;
  }

  /** No flush, no goodbye. */
  async kill(index = 0): Promise<void> {
    await end(this.node(index), 'SIGKILL');
  }

  /** Starts a killed node again; resolves when it takes connections. */
  async restart(index = 0): Promise<void> {
    await this.boot(this.node(index));
  }

  async remove(): Promise<void> {
    await Promise.all(this.nodes.map((node) => end(node, 'SIGKILL')));
    await rm(this.folder, { recursive: true, force: true });
  }

  private node(index: number): Node {
    const node = this.nodes[index];
    if (node === undefined) throw new RangeError(`there is no node ${index}`);
    return node;
  }

  private async format(): Promise<void> {
    const { stdout } = await execute('java', ['-cp', `${this.libraries}/*`, 'kafka.tools.StorageTool', 'random-uuid']);
    // Its last line; the logging library may speak first.
    const id = stdout.trim().split('\n').pop() ?? '';
    for (const node of this.nodes) {
      await mkdir(node.folder, { recursive: true });
      if (this.secured !== undefined) await this.writePems(node.folder, this.secured);
      await writeFile(path.join(node.folder, 'server.properties'), this.properties(node));
      await writeFile(path.join(node.folder, 'log4j2.properties'), LOGGING);
      const args = ['-cp', `${this.libraries}/*`, `-Dlog4j2.configurationFile=${path.join(node.folder, 'log4j2.properties')}`];
      const config = path.join(node.folder, 'server.properties');
      await execute('java', [
        ...args,
        'kafka.tools.StorageTool',
        'format',
        '-t',
        id,
        '-c',
        config,
        '--ignore-formatted',
        ...this.scram(),
      ]);
    }
  }

  private async writePems(folder: string, { brokerPem, clientCa = '' }: SecuredListener): Promise<void> {
    await writeFile(path.join(folder, 'broker.pem'), brokerPem, { mode: 0o600 });
    await writeFile(path.join(folder, 'clients.pem'), clientCa);
  }

  private scram(): string[] {
    if (this.secured === undefined) return [];
    const { user, password } = this.secured;
    return ['256', '512'].flatMap((bits) => ['--add-scram', `SCRAM-SHA-${bits}=[name=${user},password=${password}]`]);
  }

  private properties({ id, port, controllerPort, securedPort, folder }: Node): string {
    const secured = this.secured !== undefined;
    const beside = secured ? `,SECURED://127.0.0.1:${securedPort}` : '';
    const copies = Math.min(3, this.nodes.length);
    return Object.entries({
      'process.roles': 'broker,controller',
      'node.id': id,
      'controller.quorum.voters': this.nodes.map((node) => `${node.id}@127.0.0.1:${node.controllerPort}`).join(','),
      listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${beside}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}${beside}`,
      'inter.broker.listener.name': 'PLAINTEXT',
      'controller.listener.names': 'CONTROLLER',
      'listener.security.protocol.map': `CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT${secured ? ',SECURED:SASL_SSL' : ''}`,
      ...this.securedProperties(folder),
      'log.dirs': path.join(folder, 'data'),
      'auto.create.topics.enable': false,
      'offsets.topic.num.partitions': 4,
      'offsets.topic.replication.factor': copies,
      'transaction.state.log.replication.factor': copies,
      'transaction.state.log.min.isr': 1,
      'share.coordinator.state.topic.replication.factor': copies,
      'share.coordinator.state.topic.min.isr': 1,
      'group.initial.rebalance.delay.ms': 0,
    })
      .map(([name, value]) => `${name}=${value}`)
      .join('\n');
  }

  private securedProperties(folder: string): Record<string, string> {
    if (this.secured === undefined) return {};
    const { user, password, clientCa } = this.secured;
    const module = 'org.apache.kafka.common.security';
    const listener = 'listener.name.secured';
    return {
      [`${listener}.ssl.keystore.type`]: 'PEM',
      [`${listener}.ssl.keystore.location`]: path.join(folder, 'broker.pem'),
      ...(clientCa === undefined
        ? {}
        : {
            [`${listener}.ssl.client.auth`]: 'required',
            [`${listener}.ssl.truststore.type`]: 'PEM',
            [`${listener}.ssl.truststore.location`]: path.join(folder, 'clients.pem'),
          }),
      [`${listener}.sasl.enabled.mechanisms`]: 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
      [`${listener}.plain.sasl.jaas.config`]: `${module}.plain.PlainLoginModule required user_${user}="${password}";`,
      [`${listener}.scram-sha-256.sasl.jaas.config`]: `${module}.scram.ScramLoginModule required;`,
      [`${listener}.scram-sha-512.sasl.jaas.config`]: `${module}.scram.ScramLoginModule required;`,
    };
  }

  private async boot(node: Node): Promise<void> {
    const settings = [
      `-Dlog4j2.configurationFile=${path.join(node.folder, 'log4j2.properties')}`,
      '-Xmx384m',
      '-XX:TieredStopAtLevel=1',
    ];
    const child = spawn(
      'java',
      [...settings, '-cp', `${this.libraries}/*`, 'kafka.Kafka', path.join(node.folder, 'server.properties')],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    node.child = child;
    node.said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (node.said = (node.said + chunk.toString()).slice(-20_000)));
    const deadline = Date.now() + START_MS_MAX;
    while (!node.said.includes('Kafka Server started') || !(await answers(node.port))) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`Kafka node ${node.id} did not start: ${node.said.slice(-3000)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

const LOGGING = `appenders=console
appender.console.type=Console
appender.console.name=stdout
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%p %m (%c)%n
rootLogger.level=INFO
rootLogger.appenderRef.stdout.ref=stdout
`;

async function end(node: Node, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const { child } = node;
  node.child = undefined;
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  await ended;
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new Socket();
    const done = (reached: boolean): void => {
      socket.destroy();
      resolve(reached);
    };
    socket.once('error', () => done(false));
    socket.connect(port, '127.0.0.1', () => done(true));
  });
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
