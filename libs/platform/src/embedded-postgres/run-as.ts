import { chown, lchown, lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { StartRefusal } from '../settings/start-refusal';

/** The identity that PostgreSQL's programs run under; empty = that of this process. */
export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
}

/** "nobody": PostgreSQL refuses to run as root, and a container may have no other account to offer. */
const UNPRIVILEGED = 65534;

/**
 * Root hands the cluster to the user who already owns it, a new one to an unprivileged user; anybody else keeps it.
 * Throws `StartRefusal` when the cluster belongs to somebody else and we are not root.
 */
export async function identityFor(clusterDir: string): Promise<RunAs> {
  const self = process.geteuid?.();
  if (self === undefined) return {};
  const owner = await stat(clusterDir).catch(() => undefined);
  if (self !== 0) {
    if (owner !== undefined && owner.uid !== self)
      throw new StartRefusal(
        `${clusterDir} belongs to user ${owner.uid}, not to user ${self}: start as that user, or set SUYUAN_DATA_DIR to another folder`,
      );
    return {};
  }
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return { uid: UNPRIVILEGED, gid: UNPRIVILEGED };
}

/** What a data directory holds. One that holds anything else is not only ours, and is not given away. */
const OURS = /^(postgres[\w.-]*|suyuan\.pid[\w.-]*|admin-key[\w.-]*|lost\+found)$/;

/**
 * Gives the data directory and all in it to `runAs`: not just the cluster, because a 0700 data directory of root's would
 * lock the new owner out. In a folder that also holds other things only PostgreSQL's folders change hands. Children
 * first, so that an interrupted run leaves the top unchanged and is taken up again.
 */
export async function handOver(dataDir: string, runAs: RunAs): Promise<void> {
  const { uid, gid } = runAs;
  if (uid === undefined || gid === undefined) return;
  try {
    const entries = await readdir(dataDir, { withFileTypes: true });
    const onlyOurs = entries.every((entry) => OURS.test(entry.name));
    for (const entry of entries) {
      const full = path.join(dataDir, entry.name);
      if (!OURS.test(entry.name) || (await lstat(full)).uid === uid) continue;
      if (entry.isDirectory()) await giveTree(full, uid, gid);
      else if (onlyOurs) await lchown(full, uid, gid);
    }
    if (onlyOurs && (await stat(dataDir)).uid !== uid) await chown(dataDir, uid, gid);
  } catch (error) {
    throw new StartRefusal(
      `can't give ${dataDir} to user ${uid}, under which PostgreSQL must run instead of root (${(error as Error).message}): start as an ordinary user, or set SUYUAN_DATABASE_URL`,
    );
  }
}

async function giveTree(folder: string, uid: number, gid: number): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) await giveTree(full, uid, gid);
    else await lchown(full, uid, gid);
  }
  await chown(folder, uid, gid);
}
