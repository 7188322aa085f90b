import { ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const LOOPBACK = '127.0.0.0/8';
const OWN_REGIMES = path.resolve(__dirname, '../regimes');
const START_MS_MAX = 180_000;

/** A server to play on. */
export interface Server {
  readonly url: string;
  readonly adminKey: string;
  /** Started by this play. */
  readonly child?: ChildProcess;
}

/** The server that runs at SUYUAN_HOST and SUYUAN_PORT, else one started there. Throws with a line for people. */
export async function findOrStart(env: NodeJS.ProcessEnv): Promise<Server> {
  const host = env['SUYUAN_HOST'] || '127.0.0.1';
  const url = `http://${host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? '127.0.0.1' : host}:${env['SUYUAN_PORT'] || '8080'}`;
  const running = await answers(url);
  const child = running ? undefined : await start(env);
  try {
    const adminKey = env['SUYUAN_ADMIN_KEY'] || (await readAdminKey(env['SUYUAN_DATA_DIR'] || '.suyuan'));
    return { url, adminKey, ...(child === undefined ? {} : { child }) };
  } catch (error) {
    if (child !== undefined) await stop(child);
    throw error;
  }
}

/** Ends the server and waits until its database has stopped too. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(3000) })).ok;
  } catch {
    return false;
  }
}

/** Starts the standalone server with this play's receiver within reach and its quick regime, and waits for its `suyuan ready`. */
async function start(env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const main = path.resolve(__dirname, '../../standalone/src/main.js');
  const egress = [env['SUYUAN_EGRESS_ALLOW'], LOOPBACK].filter(Boolean).join(',');
  const child = spawn(process.execPath, [main], {
    env: {
      SUYUAN_LOG_LEVEL: 'warn',
      ...env,
      SUYUAN_EGRESS_ALLOW: egress,
      SUYUAN_REGIMES_DIR: env['SUYUAN_REGIMES_DIR'] || OWN_REGIMES,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: a terminal's Ctrl-C would reach it beside our SIGTERM, and a second signal means "at once".
    detached: true,
  });
  const last: string[] = [];
  const keep = (line: string): void => void (last.push(line) > 20 && last.shift());
  if (child.stderr !== null) createInterface({ input: child.stderr }).on('line', keep);
  await new Promise<void>((resolve, reject) => {
    const failed = (why: string): void => reject(new Error(`the server ${why}\n${last.join('\n')}`));
    const timer = setTimeout(
      () => (child.kill('SIGTERM'), failed(`was not ready within ${START_MS_MAX / 1000} s`)),
      START_MS_MAX,
    );
    child.once('error', (error) => failed(`could not be started: ${error.message}`));
    child.once('exit', (code) => failed(`ended while starting (exit code ${String(code)})`));
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.trim() !== 'suyuan ready') return keep(line);
      clearTimeout(timer);
      child.removeAllListeners('exit');
      resolve();
    });
  });
  return child;
}

async function readAdminKey(dataDir: string): Promise<string> {
  const file = path.join(dataDir, 'admin-key');
  const key = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (key === '') throw new Error(`there is no administrator key in ${file}: set SUYUAN_ADMIN_KEY`);
  return key;
}
