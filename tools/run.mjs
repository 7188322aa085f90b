// npm start, npm run demo, npm run suyuan, npm run bench: installs and builds what is missing, then runs the program.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ensure, root } from './ensure.mjs';

const entries = {
  standalone: 'dist/apps/standalone/src/main.js',
  capture: 'dist/apps/capture/src/main.js',
  trace: 'dist/apps/trace/src/main.js',
  recall: 'dist/apps/recall/src/main.js',
  notify: 'dist/apps/notify/src/main.js',
  relay: 'dist/apps/relay/src/main.js',
  demo: 'dist/apps/demo/src/main.js',
  cli: 'dist/apps/cli/src/main.js',
  bench: 'dist/test/bench/main.js',
};
const [name, ...args] = process.argv.slice(2);
const entry = entries[name];
if (entry === undefined) {
  process.stderr.write(`suyuan: unknown program ${name}; one of ${Object.keys(entries).join(', ')}\n`);
  process.exit(2);
}
await ensure();
stopWithParent();
const file = path.join(root, entry);
if (name === 'standalone') {
  // In this very process: whoever sends a signal, the terminal to all of us or a supervisor to npm alone, reaches it.
  process.setSourceMapsEnabled(true);
  process.argv = [process.argv[0], file, ...args];
  createRequire(import.meta.url)(file);
} else {
  const child = spawn(process.execPath, ['--enable-source-maps', file, ...args], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to the whole group: the program stops itself, we only wait for it. Other signals are passed on.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}

/**
 * The shell between npm and us dies of a signal sent to npm and passes nothing on: losing it is the signal. Not on
 * Windows, which has no signals to send.
 */
function stopWithParent() {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 200);
  watch.unref();
}
