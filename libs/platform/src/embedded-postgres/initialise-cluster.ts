import { randomBytes } from 'node:crypto';
import { chown, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StartRefusal } from '../settings/start-refusal';
import { Binaries } from './binaries';
import { bootstrapCluster } from './bootstrap-cluster';
import { RunAs } from './run-as';
import { runProgram } from './run-program';

/** In the cluster, so that it is made, moved and removed with it. */
const PASSWORD_FILE = 'suyuan-password';
const BEGUN = 'postgres.initialising-';

/**
 * Makes the cluster unless it is there. It grows under another name and gets its own when it is complete, so that a run
 * killed in the middle leaves nothing that looks like a database; such leftovers are removed.
 */
export async function initialiseCluster(
  dataDir: string,
  clusterDir: string,
  binaries: Binaries,
  runAs: RunAs,
): Promise<'made' | 'kept'> {
  for (const name of await readdir(dataDir)) {
    // The program that was making it may outlive whoever started it by a moment, and still be writing.
    if (name.startsWith(BEGUN))
      await rm(path.join(dataDir, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
  if ((await readFile(path.join(clusterDir, 'PG_VERSION'), 'utf8').catch(() => '')) !== '') return 'kept';
  const strangers = await readdir(clusterDir).catch(() => []);
  if (strangers.length > 0)
    throw new StartRefusal(
      `${clusterDir} holds files but no PostgreSQL cluster: move them away, or set SUYUAN_DATA_DIR to another folder`,
    );

  const growing = path.join(dataDir, `${BEGUN}${process.pid}-${randomBytes(4).toString('hex')}`);
  await mkdir(growing, { mode: 0o700 });
  if (runAs.uid !== undefined && runAs.gid !== undefined) await chown(growing, runAs.uid, runAs.gid);
  const password = randomBytes(24).toString('base64url');
  await fill(growing, password, binaries, runAs);
  const passwordFile = path.join(growing, PASSWORD_FILE);
  await writeFile(passwordFile, password, { mode: 0o600, flush: true });
  if (runAs.uid !== undefined && runAs.gid !== undefined) await chown(passwordFile, runAs.uid, runAs.gid);
  await rm(clusterDir, { recursive: true, force: true });
  await rename(growing, clusterDir);
  await flushFolder(dataDir);
  return 'made';
}

/** The superuser's password of the cluster. */
export async function clusterPassword(clusterDir: string): Promise<string> {
  return readFile(path.join(clusterDir, PASSWORD_FILE), 'utf8').catch((error: Error) => {
    throw new StartRefusal(`can't read the password of the embedded database (${error.message})`);
  });
}

async function fill(growing: string, password: string, binaries: Binaries, runAs: RunAs): Promise<void> {
  const pwfile = `${growing}.pw`;
  await writeFile(pwfile, password, { mode: 0o600 });
  try {
    if (runAs.uid !== undefined && runAs.gid !== undefined) await chown(pwfile, runAs.uid, runAs.gid);
    const { code, output } = await runProgram(
      binaries.program('initdb'),
      [
        '-D',
        growing,
        '-U',
        'postgres',
        '--encoding=UTF8',
        '--locale=C',
        '--data-checksums',
        '--auth=scram-sha-256',
        `--pwfile=${pwfile}`,
        '--no-instructions',
      ],
      runAs,
    );
    if (code === 0) return;
    // initdb wants its user's name. A container may run us under a number that has none.
    if (!output.includes('could not look up effective user ID'))
      throw new StartRefusal(`can't make the embedded database: ${lastLines(output)}`);
    await bootstrapCluster(growing, password, binaries, runAs);
  } finally {
    await rm(pwfile, { force: true });
  }
}

function lastLines(output: string): string {
  return output.split('\n').filter(Boolean).slice(-3).join('; ');
}

async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
