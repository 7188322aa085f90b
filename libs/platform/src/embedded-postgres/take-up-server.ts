import { readFile, readlink, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { StartRefusal } from '../settings/start-refusal';
import { RunningServer, ServerPlace, stopServer } from './postmaster';
import { isAlive, Postmaster, readPostmasterFile, removePostmasterFile, servesCluster } from './postmaster-file';
import { serverArguments } from './server-options';

const PATIENCE_MS = 30_000;

/**
 * The server that a killed run left behind, ready for use; undefined when there is none any more. One that was started
 * with other options or from a program since replaced is stopped, as if it had not been found. A `postmaster.pid` that
 * names another program's process, or nothing, is removed; that of a dead server the next one clears itself.
 */
export async function takeUpServer(place: ServerPlace, password: string): Promise<RunningServer | undefined> {
  const { clusterDir } = place;
  const begun = Date.now();
  for (;;) {
    const seen = await readPostmasterFile(clusterDir);
    if (seen === undefined) {
      if (await tornFile(clusterDir, begun)) await removePostmasterFile(clusterDir);
      return undefined;
    }
    if (!isAlive(seen.pid)) return undefined;
    const known = await servesCluster(seen.pid, clusterDir);
    const serves = known === 'unknown' && seen.status === 'ready' ? await answersFor(clusterDir, seen, password) : known;
    if (serves === 'no') {
      await removePostmasterFile(clusterDir);
      return undefined;
    }
    if (seen.status === 'ready' && serves === 'yes') {
      if (await startedAlike(place, seen)) return { pid: seen.pid, port: seen.port };
      await stopServer(place, seen.pid);
      return undefined;
    }
    // Recovering, or on its way out. Where nothing proves that it is ours, it doesn't keep us waiting for ever.
    if (serves === 'unknown' && Date.now() - begun > PATIENCE_MS)
      throw new StartRefusal(
        `process ${seen.pid} holds ${path.join(clusterDir, 'postmaster.pid')} and does not answer: end it, or remove that file if it is no PostgreSQL`,
      );
    await sleep(20);
  }
}

/** A file that is there but says nothing, and is not just being written. The server would refuse to start over it. */
async function tornFile(clusterDir: string, begun: number): Promise<boolean> {
  const found = await stat(path.join(clusterDir, 'postmaster.pid')).catch(() => undefined);
  return found !== undefined && found.mtimeMs < begun - 1000;
}

async function answersFor(clusterDir: string, seen: Postmaster, password: string): Promise<'yes' | 'no'> {
  const client = new Client({
    host: '127.0.0.1',
    port: seen.port,
    user: 'postgres',
    password,
    database: 'postgres',
    connectionTimeoutMillis: 3000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    const served = rows[0]?.data_directory ?? '';
    return (await realpath(served).catch(() => served)) === (await realpath(clusterDir)) ? 'yes' : 'no';
  } catch {
    return 'no';
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function startedAlike(place: ServerPlace, seen: Postmaster): Promise<boolean> {
  const wanted = serverArguments(place.clusterDir, seen.port).map((argument) => ` "${argument}"`);
  const options = await readFile(path.join(place.clusterDir, 'postmaster.opts'), 'utf8').catch(() => '');
  if (!options.trim().endsWith(wanted.join(''))) return false;
  if (process.platform !== 'linux') return true;
  const running = await readlink(`/proc/${seen.pid}/exe`).catch(() => undefined);
  return running === undefined || running === (await realpath(place.binaries.program('postgres')));
}
