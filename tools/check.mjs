// npm run check: format, lint, types, boundaries, dead code, lock file, and the tests that need no database; says how long each took.
import path from 'node:path';
import { ensure, root, run } from './ensure.mjs';

await ensure();
const bin = (name) => path.join(root, 'node_modules', '.bin', name);
const steps = [
  ['format', bin('prettier'), ['--check', '--log-level', 'warn', '.']],
  ['lint', bin('eslint'), ['.', '--max-warnings', '0']],
  ['types', bin('tsc'), ['--noEmit', '-p', 'tsconfig.base.json']],
  ['boundaries', bin('depcruise'), ['--config', '.dependency-cruiser.cjs', 'apps', 'libs', 'test', '--output-type', 'err']],
  ['dead code', bin('knip'), []],
  ['lock file', process.execPath, ['tools/check-lock.mjs']],
  [
    'fast tests',
    process.execPath,
    ['node_modules/jest/bin/jest.js', 'libs/gs1/', 'libs/epcis/', '/src/domain/', '--silent', '--reporters=summary'],
  ],
];
let failed = 0;
for (const [name, command, args] of steps) {
  const began = Date.now();
  const code = await run(command, args);
  process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)\n`);
  if (code !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
