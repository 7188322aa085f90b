import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Pool } from 'undici';

export const ADMIN_KEY = 'an administrator for benchmarks';

/** An answer, read to its last byte. */
export interface BenchAnswer {
  readonly status: number;
  readonly text: string;
  /** A header's value; '' where there is none. */
  header(name: string): string;
}

/** The API of a running product. */
export interface BenchApi {
  /** A request with the administrator's key. */
  ask(method: 'GET' | 'POST', address: string, body?: string): Promise<BenchAnswer>;
  /** Captures an EPCIS document. @returns the log position at which it is stored; throws when it was refused */
  capture(document: string): Promise<string>;
  /** Waits until everything up to a position is in the graph. */
  visible(position: string): Promise<void>;
  close(): Promise<void>;
}

/** The product in a process of its own, as `npm start` runs it. */
export interface BenchProduct extends BenchApi {
  readonly url: string;
  /** Most memory that the process has held, MiB. */
  peakMemoryMiB(): number;
  stop(): Promise<void>;
}

export async function startProduct(dataDir: string, settings: Readonly<Record<string, string>> = {}): Promise<BenchProduct> {
  const child = spawn(
    process.execPath,
    ['--max-old-space-size=768', '--max-semi-space-size=32', path.resolve(__dirname, '../../apps/standalone/src/main.js')],
    {
      env: {
        PATH: process.env['PATH'] ?? '',
        SUYUAN_DATA_DIR: dataDir,
        SUYUAN_PORT: '0',
        SUYUAN_ADMIN_KEY: ADMIN_KEY,
        SUYUAN_LOG_LEVEL: 'warn',
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const said = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('suyuan ready')) resolve(text);
    });
    child.on('exit', (code) => reject(new Error(`the product ended with ${code}`)));
  });
  const url = /http:\/\/[^\s]+/.exec(said)?.[0] ?? '';
  const api = benchApi(url, ADMIN_KEY);
  return {
    url,
    ...api,
    peakMemoryMiB: () => {
      // Linux keeps the high-water mark; elsewhere it is not known.
      try {
        return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);
      } catch {
        return 0;
      }
    },
    stop: async () => {
      await api.close();
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** @param key an administrator's */
export function benchApi(url: string, key: string): BenchApi {
  // Little of the machine for the one that asks; a rebuild may take as long as it takes.
  const pool = new Pool(url, { connections: 64, headersTimeout: 0, bodyTimeout: 0 });
  const ask: BenchApi['ask'] = async (method, address, body) => {
    const headers = {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const answer = await pool.request({ method, path: address, headers, body: body ?? null });
    return {
      status: answer.statusCode,
      header: (name) => String(answer.headers[name] ?? ''),
      text: await answer.body.text(),
    };
  };
  return {
    ask,
    capture: async (document) => {
      const answer = await ask('POST', '/epcis/capture', document);
      if (answer.status !== 202) throw new Error(`capture was refused: ${answer.text}`);
      const job = answer.header('location');
      const result = JSON.parse((await ask('GET', new URL(job, url).pathname)).text) as { success?: boolean };
      if (result.success !== true) throw new Error(`capture failed: ${JSON.stringify(result).slice(0, 500)}`);
      return answer.header('suyuan-position');
    },
    visible: async (position) => {
      for (let status = 503; status === 503;)
        status = (await ask('GET', `/api/v1/trace/${encodeURIComponent('01/09506000000002')}/balance?atLeast=${position}`))
          .status;
    },
    close: () => pool.close(),
  };
}
