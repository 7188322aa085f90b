import { spawn } from 'node:child_process';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartRefusal } from '../settings/start-refusal';
import { Binaries } from './binaries';
import { freePort } from './free-port';
import { endOrphans } from './orphans';
import { clearUnreapedServer, isAlive, readPostmasterFile } from './postmaster-file';
import { RunAs } from './run-as';
import { cannotRun, programEnvironment, runProgram } from './run-program';
import { serverArguments } from './server-options';

/** A PostgreSQL server of ours that accepts connections. */
export interface RunningServer {
  readonly pid: number;
  readonly port: number;
}

export interface ServerPlace {
  readonly clusterDir: string;
  readonly logFile: string;
  readonly binaries: Binaries;
  readonly runAs: RunAs;
  /** Told once when crash recovery takes long. */
  readonly onSlowStart?: () => void;
}

/** PostgreSQL's own prefix of a line: when, and which process. */
const SAID_BY = /^[\d-]+ [\d:.]+ \w+ \[(\d+)\] /;
const LOG_BYTES_MAX = 10_000_000;
/** How long what is in the way of a start may take to go. */
const PATIENCE_MS = 30_000;

/**
 * Starts the server and waits until it accepts connections, however long recovery takes. It runs in a session of its
 * own: Ctrl-C in the terminal must reach us, who stop it last, and not the server. Its output goes to a file, because
 * a pipe would break when we are killed and the server must outlive that. `wantedPort` for a restart under open pools.
 */
export async function startServer(place: ServerPlace, wantedPort?: number): Promise<RunningServer> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    await clearUnreapedServer(place.clusterDir);
    const port = wantedPort ?? (await freePort());
    const outcome = await attemptStart(place, port);
    if (typeof outcome !== 'string') return outcome;
    // Processes of a killed server hold its memory, or the port was taken in between.
    const isHeld = /pre-existing shared memory|is still in use/.test(outcome);
    if (Date.now() > deadline || !(isHeld || /Address already in use|could not bind/.test(outcome)))
      throw new StartRefusal(`the embedded PostgreSQL did not start: ${outcome || 'no reason given'} (see ${place.logFile})`);
    if (isHeld) await endOrphans(place.clusterDir);
    await sleep(300);
  }
}

/** Answers with the reason when the server ended instead of getting ready. */
async function attemptStart(place: ServerPlace, port: number): Promise<RunningServer | string> {
  const { clusterDir, binaries, runAs } = place;
  await rotate(place.logFile);
  const log = await open(place.logFile, 'a', 0o600);
  const from = (await log.stat()).size;
  const program = binaries.program('postgres');
  const child = spawn(program, serverArguments(clusterDir, port), {
    ...runAs,
    cwd: '/',
    env: programEnvironment(),
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  let ended = false;
  let refusal: StartRefusal | undefined;
  child.once('exit', () => (ended = true));
  child.once('error', (error: NodeJS.ErrnoException) => {
    refusal = cannotRun(program, error);
    ended = true;
  });
  child.unref();
  await log.close();
  const slow = setTimeout(() => place.onSlowStart?.(), 5000).unref();
  try {
    for (;;) {
      const seen = await readPostmasterFile(clusterDir);
      if (seen !== undefined && seen.pid === child.pid && seen.status === 'ready') return { pid: seen.pid, port };
      if (refusal !== undefined) throw refusal;
      if (ended) return lastError(place.logFile, from, child.pid);
      await sleep(10);
    }
  } finally {
    clearTimeout(slow);
  }
}

/** Fast shutdown: sessions are ended, data is flushed. Waits for the end; after `patienceMs` more bluntly (recovery at the next start). */
export async function stopServer(
  place: Pick<ServerPlace, 'clusterDir' | 'binaries' | 'runAs'>,
  pid: number,
  patienceMs = 60_000,
): Promise<void> {
  // Windows has no signals: there kill() would end the server without a shutdown.
  if (process.platform === 'win32')
    await runProgram(place.binaries.program('pg_ctl'), ['stop', '-D', place.clusterDir, '-m', 'fast', '-w'], place.runAs, {
      cwd: place.clusterDir,
    });
  else if (!signal(pid, 'SIGINT')) return;
  for (const [next, patience] of [
    ['SIGQUIT', patienceMs],
    ['SIGKILL', 5000],
    [undefined, 5000],
  ] as const) {
    const deadline = Date.now() + patience;
    while (Date.now() < deadline) {
      if (!isAlive(pid)) return;
      await sleep(10);
    }
    if (next !== undefined) signal(pid, next);
  }
}

function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

/** What the server `pid` said last. Processes that a killed one left behind write into the same file. */
async function lastError(logFile: string, from: number, pid: number | undefined): Promise<string> {
  const text = (await readFile(logFile)).subarray(from).toString('utf8');
  const lines = text.split('\n').filter((line) => line !== '' && Number(SAID_BY.exec(line)?.[1] ?? pid) === pid);
  const telling = lines.filter((line) => /FATAL|PANIC|could not|error/i.test(line));
  return (telling.length > 0 ? telling : lines)
    .slice(-2)
    .map((line) => line.replace(SAID_BY, ''))
    .join('; ');
}

async function rotate(logFile: string): Promise<void> {
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_BYTES_MAX) await rename(logFile, `${logFile}.1`);
}
