import { readFileSync } from 'node:fs';
import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import path from 'node:path';

/** What a running PostgreSQL says of itself in `postmaster.pid` of its cluster. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** `starting`, `ready`, `stopping`; empty before it has said anything. */
  readonly status: string;
}

export async function readPostmasterFile(clusterDir: string): Promise<Postmaster | undefined> {
  const text = await readFile(path.join(clusterDir, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3]), status: lines[7] ?? '' };
}

/** True while a process of this number runs, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return !isZombie(pid);
}

/** Ended, but its parent hasn't asked: in a container whose first process reaps nobody it stays like that. */
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return status.slice(status.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}

/**
 * Whether process `pid` is the server of this cluster: `yes`, `no` (a number used again by another program), or
 * `unknown` where the system doesn't say (only Linux does; elsewhere ask the server for its data_directory).
 */
export async function servesCluster(pid: number, clusterDir: string): Promise<'yes' | 'no' | 'unknown'> {
  if (process.platform !== 'linux') return 'unknown';
  const name = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
  if (name === '') return isAlive(pid) ? 'unknown' : 'no';
  if (name !== 'postgres') return 'no';
  // The postmaster changes into its cluster.
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  if (cwd === undefined) return 'unknown';
  return cwd === (await realpath(clusterDir)) ? 'yes' : 'no';
}

/**
 * Removes the file of a server that has ended but that nobody has reaped: the next server takes such a process for a
 * living one. It still finds out by itself when processes of the old one hold its memory.
 */
export async function clearUnreapedServer(clusterDir: string): Promise<void> {
  const seen = await readPostmasterFile(clusterDir);
  if (seen !== undefined && isZombie(seen.pid)) await removePostmasterFile(clusterDir);
}

/** Only for a file whose process is proven not to be PostgreSQL: the server itself clears the file of a dead process. */
export async function removePostmasterFile(clusterDir: string): Promise<void> {
  await rm(path.join(clusterDir, 'postmaster.pid'), { force: true });
}
