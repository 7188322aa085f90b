import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ADMIN_KEY, ApiAnswer, call, CallOptions } from './api';
import { ProductProcess } from './product-process';

/** The real product as one process, on its own data directory. */
export class StandaloneProduct {
  private constructor(
    private readonly process: ProductProcess,
    private readonly dataDir: string,
  ) {}

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<StandaloneProduct> {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'suyuan-e2e-'));
    const program = new ProductProcess('standalone', { SUYUAN_DATA_DIR: dataDir, SUYUAN_ADMIN_KEY: ADMIN_KEY, ...settings });
    const server = new StandaloneProduct(program, dataDir);
    await server.boot();
    return server;
  }

  get url(): string {
    return this.process.url;
  }

  /** What it said on stderr since it was started last. */
  get complained(): string {
    return this.process.complained;
  }

  async boot(): Promise<void> {
    await this.process.boot();
  }

  async kill(): Promise<void> {
    await this.process.kill();
  }

  async stop(): Promise<number | null> {
    return this.process.stop();
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async call(method: string, address: string, body?: unknown, options: CallOptions = {}): Promise<ApiAnswer> {
    return call(this.url, method, address, body, options);
  }
}
