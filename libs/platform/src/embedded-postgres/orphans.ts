import { readdir, readFile } from 'node:fs/promises';
import { servesCluster } from './postmaster-file';

/**
 * Ends what a killed server left running: a process in the middle of a long statement does not see that its server is
 * gone, and no new one starts while the old one's memory is held. What such a process has committed is in the
 * write-ahead log; what it had not is lost with it, as in any crash. Only on Linux; elsewhere they end by themselves.
 */
export async function endOrphans(clusterDir: string): Promise<void> {
  if (process.platform !== 'linux') return;
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || !(await isOrphan(pid, clusterDir))) continue;
    try {
      process.kill(pid, 'SIGQUIT');
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** A server's child, not a server, and its server lives no more. */
async function isOrphan(pid: number, clusterDir: string): Promise<boolean> {
  if ((await servesCluster(pid, clusterDir)) !== 'yes') return false;
  const title = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
  if (!title.startsWith('postgres: ')) return false;
  const status = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  const parent = Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]);
  return (await servesCluster(parent, clusterDir)) === 'no';
}
