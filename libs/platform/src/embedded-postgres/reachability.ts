import { stat } from 'node:fs/promises';
import path from 'node:path';
import { RunAs } from './run-as';

const ENTER = 0o1;

/**
 * The topmost folder on the way to `target` that `runAs` may not enter, by owner, group and mode; undefined when the
 * way is free. Meant for root, who can enter everything and so must look for another. Access lists are not read.
 */
export async function closedFolder(target: string, runAs: RunAs): Promise<string | undefined> {
  const { uid, gid } = runAs;
  if (uid === undefined || gid === undefined) return undefined;
  const { root } = path.parse(target);
  let folder = root;
  for (const step of ['', ...path.relative(root, target).split(path.sep).filter(Boolean)]) {
    folder = path.join(folder, step);
    const found = await stat(folder).catch(() => undefined);
    if (found === undefined) return undefined;
    if (!found.isDirectory()) continue;
    const shift = found.uid === uid ? 6 : found.gid === gid ? 3 : 0;
    if (((found.mode >> shift) & ENTER) === 0) return folder;
  }
  return undefined;
}
