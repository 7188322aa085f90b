import { ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const MAIN = path.resolve(__dirname, '../../dist/apps/standalone/src/main.js');
export const ADMIN_KEY = 'an administrator for tests only';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  // Tests look into answers by name; a wrong shape fails the expectation that reads it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** The real product as its own process, on its own data directory: it can be killed and started again. */
export class ServerProcess {
  private child: ChildProcess | undefined;
  url = '';

  private constructor(
    readonly dataDir: string,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
    const server = new ServerProcess(await mkdtemp(path.join(tmpdir(), 'suyuan-e2e-')), settings);
    await server.boot();
    return server;
  }

  /** Starts (again) and waits for `suyuan ready`. */
  async boot(): Promise<void> {
    const env = {
      PATH: process.env['PATH'] ?? '',
      SUYUAN_DATA_DIR: this.dataDir,
      SUYUAN_PORT: '0',
      SUYUAN_ADMIN_KEY: ADMIN_KEY,
      SUYUAN_LOG_LEVEL: 'warn',
      ...this.settings,
    };
    const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    let said = '';
    let complained = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => (complained += chunk.toString()));
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('suyuan ready')) resolve();
      });
      child.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${complained}`)));
    });
    this.url = /http:\/\/[^\s]+/.exec(said)?.[0] ?? '';
  }

  /** No warning, no flush, no goodbye. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** @returns the exit code of an orderly stop */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async call(
    method: string,
    address: string,
    body?: unknown,
    options: { key?: string | null; headers?: Record<string, string> } = {},
  ): Promise<ApiAnswer> {
    const { key = ADMIN_KEY, headers = {} } = options;
    const response = await fetch(this.url + address, {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson =
      (response.headers.get('content-type') ?? '').includes('json') &&
      !(response.headers.get('content-type') ?? '').includes('ndjson');
    return { status: response.status, headers: response.headers, body: isJson && text !== '' ? JSON.parse(text) : text };
  }

  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
    child.removeAllListeners('exit');
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    child.kill(signal);
    return ended;
  }
}

/** A code as a path segment. */
export const segment = (code: string): string => encodeURIComponent(code);
