// What the container runs: the role is its first argument, whatever follows goes to the role (serve, follow).
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const [role = 'standalone', ...args] = process.argv.slice(2);
const main = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../dist/apps', role, 'src/main.js');
if (!/^[a-z]+$/.test(role) || !existsSync(main)) {
  process.stderr.write('suyuan: the role is one of standalone, capture, trace, recall, notify, relay\n');
  process.exit(2);
}
process.argv = [process.argv[0], main, ...args];
createRequire(import.meta.url)(main);
