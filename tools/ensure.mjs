// Brings a bare clone to where it can run: installs what the lock file names, then builds. Plain Node, no dependency.
// A second run only compares two stamps and the times of the sources.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInstalled, markInstalled } from './installed.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Installs when there is nothing installed, or the lock file or the Node version changed since. */
async function ensureInstalled() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) fail(`Node 20.19 or newer is needed; this is ${process.versions.node}.`);
  if (isInstalled(root)) return;
  say('installing the packages that package-lock.json names (once, about a minute) …');
  // No package's install script is needed, so none is run.
  const npm = process.env.npm_execpath;
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const code = npm
    ? await run(process.execPath, [npm, ...args])
    : await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args);
  if (code !== 0) fail('npm could not install the packages; see above.');
  markInstalled(root);
}

export async function ensure() {
  await ensureInstalled();
  const { build } = await import('./build.mjs');
  const compiled = await build();
  if (compiled > 50) say(`built ${compiled} files`);
}

/** Runs a program with our own input and output, and gives its exit code. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}

function say(line) {
  process.stderr.write(`suyuan: ${line}\n`);
}

function fail(line) {
  say(line);
  process.exit(1);
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await ensure();
