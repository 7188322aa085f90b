// Every optional platform package that a dependency names must have its own entry in the lock file: a lock file made on
// one platform can leave the others' out, and `npm ci` then fails there.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './ensure.mjs';

const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
const names = new Set(Object.keys(packages).map((place) => place.split('node_modules/').pop()));
const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
  Object.keys(optionalDependencies)
    .filter((name) => !names.has(name))
    .map((name) => `${place || 'package.json'} → ${name}`),
);
for (const line of missing) process.stderr.write(`no lock entry: ${line}\n`);
process.exit(missing.length === 0 ? 0 : 1);
