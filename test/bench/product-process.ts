import { spawn } from 'node:child_process';
import path from 'node:path';

export const ADMIN_KEY = 'an administrator for benchmarks';

/** The real product as its own process on its own data directory; resolves when it is ready. */
export async function startProduct(dataDir: string): Promise<{ url: string; stop: () => void; ended: Promise<void> }> {
  const child = spawn(process.execPath, [path.resolve(__dirname, '../../apps/standalone/src/main.js')], {
    env: {
      PATH: process.env['PATH'] ?? '',
      SUYUAN_DATA_DIR: dataDir,
      SUYUAN_PORT: '0',
      SUYUAN_ADMIN_KEY: ADMIN_KEY,
      SUYUAN_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const said = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('suyuan ready')) resolve(text);
    });
    child.on('exit', (code) => reject(new Error(`the product ended with ${code}`)));
  });
  return { url: /http:\/\/[^\s]+/.exec(said)?.[0] ?? '', stop: () => void child.kill('SIGTERM'), ended };
}
