// Whether node_modules is what the lock file names. Apart from ensure.mjs so that it can be tested on any folder.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const stampFile = (root) => path.join(root, 'node_modules', '.suyuan-installed');

/** Changes with the lock file and with Node, whose version decides which packages fit. */
function stampOf(root) {
  return createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .update(process.versions.node)
    .digest('hex');
}

/** True when we installed it from this lock file, or `npm ci` has done so by hand; that is then remembered. */
export function isInstalled(root) {
  const stamp = read(stampFile(root));
  if (stamp !== undefined) return stamp === stampOf(root);
  if (!matchesLock(root)) return false;
  markInstalled(root);
  return true;
}

/** Call only after a complete installation: a half one must not look like a whole one. */
export function markInstalled(root) {
  writeFileSync(stampFile(root), stampOf(root));
}

/** npm's own note of what it installed, written last, against the lock file. Optional packages may be of other platforms. */
function matchesLock(root) {
  const note = read(path.join(root, 'node_modules', '.package-lock.json'));
  if (note === undefined) return false;
  const installed = JSON.parse(note).packages;
  const wanted = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([place, { version, optional }]) => place === '' || optional || installed[place]?.version === version,
  );
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
