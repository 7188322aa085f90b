import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ADMIN_KEY, ApiAnswer, call, CallOptions } from './api';
import { Gateway } from './gateway';
import { ProductProcess } from './product-process';

export const SERVICES = ['capture', 'trace', 'recall', 'notify', 'relay'] as const;
export type ServiceName = (typeof SERVICES)[number];

export interface SplitOptions {
  readonly settings?: Readonly<Record<string, string>>;
  /** Processes of each service; 1 where it is not said. */
  readonly instances?: Readonly<Partial<Record<ServiceName, number>>>;
  /** Default: SUYUAN_TEST_KAFKA_BROKERS. */
  readonly brokers?: string;
  /** Default: a fresh database on the server of the test run. */
  readonly databaseUrl?: string;
}

/** The real product as separate services on one database and one Kafka, behind one address. */
export class SplitProduct {
  private gateway: Awaited<ReturnType<typeof Gateway.open>> | undefined;

  private constructor(
    readonly processes: Readonly<Record<ServiceName, readonly ProductProcess[]>>,
    private readonly test: TestDatabase | undefined,
    readonly databaseUrl: string,
    private readonly dataDir: string,
  ) {}

  static async start(options: SplitOptions = {}): Promise<SplitProduct> {
    const test = options.databaseUrl === undefined ? await createTestDatabase() : undefined;
    const databaseUrl = options.databaseUrl ?? test?.url ?? '';
    const dataDir = await mkdtemp(path.join(tmpdir(), 'suyuan-split-'));
    const brokers = options.brokers ?? process.env['SUYUAN_TEST_KAFKA_BROKERS'];
    if (brokers === undefined) throw new Error('no Kafka: run this through npm run test:distributed');
    const settings = {
      SUYUAN_DATABASE_URL: databaseUrl,
      SUYUAN_DATA_DIR: dataDir,
      SUYUAN_ADMIN_KEY: ADMIN_KEY,
      SUYUAN_KAFKA_BROKERS: brokers,
      ...options.settings,
    };
    const entries = SERVICES.map((name) => [
      name,
      Array.from({ length: options.instances?.[name] ?? 1 }, () => new ProductProcess(name, settings)),
    ]);
    const product = new SplitProduct(Object.fromEntries(entries) as SplitProduct['processes'], test, databaseUrl, dataDir);
    try {
      await product.boot();
    } catch (error) {
      await product.remove();
      throw error;
    }
    return product;
  }

  get url(): string {
    return this.gateway?.url ?? '';
  }

  get all(): readonly ProductProcess[] {
    return SERVICES.flatMap((name) => this.processes[name]);
  }

  async boot(): Promise<void> {
    this.gateway ??= await Gateway.open((service) => this.urlsOf(service));
    await Promise.all(this.all.filter(({ alive }) => !alive).map((one) => one.boot()));
  }

  async kill(): Promise<void> {
    await Promise.all(this.all.map((one) => one.kill()));
  }

  async stop(): Promise<number | null> {
    const codes = await Promise.all(this.all.map((one) => one.stop()));
    return codes.every((code) => code === 0 || code === null) ? 0 : Math.max(...codes.map((code) => code ?? 0));
  }

  async remove(): Promise<void> {
    await this.stop();
    await this.gateway?.close();
    await rm(this.dataDir, { recursive: true, force: true });
    await this.test?.drop();
  }

  async call(method: string, address: string, body?: unknown, options: CallOptions = {}): Promise<ApiAnswer> {
    return call(this.url, method, address, body, options);
  }

  private urlsOf(service: string): readonly string[] {
    const known = SERVICES.find((name) => name === service);
    return known === undefined ? [] : this.processes[known].filter(({ alive, url }) => alive && url !== '').map(({ url }) => url);
  }
}
