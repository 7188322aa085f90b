import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { StartRefusal } from '../settings/start-refusal';
import { isAlive } from './postmaster-file';

const LOCK_FILE = 'suyuan.pid';

/**
 * Takes the data directory for this process; throws `StartRefusal` while another live one has it. A number alone proves
 * nothing, because numbers are used again (always, in a container), so the file also holds when its process began.
 * Two starts that find the same stale file may both pass: the session lock in the database then decides.
 */
export async function lockDataDir(dataDir: string): Promise<{ release(): Promise<void> }> {
  const file = path.join(dataDir, LOCK_FILE);
  const mine = `${process.pid} ${await beginningOf(process.pid)}\n`;
  for (;;) {
    try {
      await writeFile(file, mine, { flag: 'wx', mode: 0o600 });
      return { release: () => rm(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
        throw new StartRefusal(`can't write to the data directory ${dataDir}: ${(error as Error).message}`);
    }
    const holder = await holderOf(file);
    if (holder !== undefined) throw dataDirInUse(dataDir, holder);
    await rm(file, { force: true });
  }
}

export function dataDirInUse(dataDir: string, pid?: number): StartRefusal {
  const who = pid === undefined ? 'another running suyuan' : `another running suyuan (process ${pid})`;
  return new StartRefusal(`the data directory ${dataDir} is in use by ${who}: stop it, or set SUYUAN_DATA_DIR to another folder`);
}

/** The process that has the lock and still runs. */
async function holderOf(file: string): Promise<number | undefined> {
  let text = await readFile(file, 'utf8').catch(() => '');
  if (text === '') {
    // Just being written, or torn by a power failure.
    await sleep(300);
    text = await readFile(file, 'utf8').catch(() => '');
  }
  const [, number = '', began = ''] = /^(\d+) (.*)$/m.exec(text) ?? [];
  const pid = Number(number);
  if (pid <= 0 || pid === process.pid || !isAlive(pid)) return undefined;
  return (await beginningOf(pid)) === began ? pid : undefined;
}

/** When a process began, as the system writes it; unique together with its number. Empty where the system doesn't say. */
async function beginningOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const [status, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    ]);
    // The second field, the program's name in brackets, may hold anything; the beginning is the 22nd.
    return `${status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? ''} ${boot.trim()}`;
  }
  if (process.platform === 'win32') return '';
  const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.trim();
}
