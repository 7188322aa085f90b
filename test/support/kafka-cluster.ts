import { ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const START_MS_MAX = 120_000;

interface Node {
  readonly id: number;
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
  ) {}

  /** @param libraries the folder with Kafka's jars (tools/kafka.mjs) */
  static async start(libraries: string, size = 1): Promise<KafkaCluster> {
    const folder = await mkdtemp(path.join(tmpdir(), 'suyuan-kafka-'));
    const ports = await freePorts(size * 2);
    const nodes = Array.from({ length: size }, (_, index): Node => {
      const [port = 0, controllerPort = 0] = ports.slice(index * 2);
      return { id: index + 1, port, controllerPort, folder: path.join(folder, String(index + 1)), child: undefined, said: '' };
    });
    const cluster = new KafkaCluster(libraries, folder, nodes);
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
      await writeFile(path.join(node.folder, 'server.properties'), this.properties(node));
      await writeFile(path.join(node.folder, 'log4j2.properties'), LOGGING);
      const args = ['-cp', `${this.libraries}/*`, `-Dlog4j2.configurationFile=${path.join(node.folder, 'log4j2.properties')}`];
      const config = path.join(node.folder, 'server.properties');
      await execute('java', [...args, 'kafka.tools.StorageTool', 'format', '-t', id, '-c', config, '--ignore-formatted']);
    }
  }

  private properties({ id, port, controllerPort, folder }: Node): string {
    const copies = Math.min(3, this.nodes.length);
    return Object.entries({
      'process.roles': 'broker,controller',
      'node.id': id,
      'controller.quorum.voters': this.nodes.map((node) => `${node.id}@127.0.0.1:${node.controllerPort}`).join(','),
      listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
      'inter.broker.listener.name': 'PLAINTEXT',
      'controller.listener.names': 'CONTROLLER',
      'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
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
