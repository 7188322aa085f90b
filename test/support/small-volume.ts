import { spawnSync } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const BLOCK = Buffer.alloc(1024 * 1024, 1);
/** Less than any file of PostgreSQL's write-ahead log is long. */
const FILE_BYTES_MAX = 1024 * 1024;

/**
 * A folder on a disk that can be filled and emptied: a small tmpfs or, without the right to mount, a folder whose server
 * is given a limit to the size of files, beyond which it can't write either.
 */
export class SmallVolume {
  private constructor(
    readonly folder: string,
    readonly isMounted: boolean,
  ) {}

  static async make(mebibytes: number): Promise<SmallVolume> {
    const folder = await mkdtemp(path.join(tmpdir(), 'suyuan-volume-'));
    const mounted =
      process.env['SUYUAN_TEST_NO_MOUNT'] !== '1' &&
      spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder]).status === 0;
    return new SmallVolume(folder, mounted);
  }

  private get ballast(): string {
    return path.join(this.folder, 'ballast');
  }

  /** No byte more can be written. @param server the process that writes, and those it began */
  async fill(server: number): Promise<void> {
    if (!this.isMounted) return limit(server, String(FILE_BYTES_MAX));
    const file = await open(this.ballast, 'w');
    try {
      for (let size = BLOCK.length; size > 0;) {
        const { bytesWritten } = await file.write(BLOCK, 0, size).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOSPC') throw error;
          return { bytesWritten: 0 };
        });
        if (bytesWritten === 0) size = Math.floor(size / 2);
      }
    } finally {
      await file.close();
    }
  }

  async empty(server: number): Promise<void> {
    if (this.isMounted) await rm(this.ballast);
    else limit(server, 'unlimited');
  }

  async remove(): Promise<void> {
    if (this.isMounted) spawnSync('umount', ['-l', this.folder]);
    await rm(this.folder, { recursive: true, force: true });
  }
}

function limit(server: number, bytes: string): void {
  // As the server's own user: a root in a container may not do it to others.
  const { uid, gid } = statSync(`/proc/${server}`);
  const children = readFileSync(`/proc/${server}/task/${server}/children`, 'utf8').trim().split(' ');
  const [first] = [String(server), ...children.filter((one) => one !== '')].map((pid) =>
    spawnSync('prlimit', ['--pid', pid, `--fsize=${bytes}:unlimited`], process.getuid?.() === 0 ? { uid, gid } : {}),
  );
  // A child may have ended meanwhile, the server must not.
  if (first?.status !== 0) throw new Error(`no limit could be set: ${String(first?.stderr ?? first?.error)}`);
}
