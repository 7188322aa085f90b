// npm test: all tests on a real PostgreSQL that the run starts itself; ends with the runner's counts.
// --soak: the long ones (test/soak), as many rounds as SUYUAN_TEST_ROUNDS and as many random worlds as SUYUAN_TEST_WORLDS
// say; SUYUAN_TEST_SEED makes a failed run's worlds and rounds again.
import path from 'node:path';
import { ensure, root, run } from './ensure.mjs';

await ensure();
const args = process.argv.slice(2);
const soak = args.includes('--soak');
const rest = args.filter((argument) => argument !== '--soak');
const env = { ...process.env, ...(soak ? { SUYUAN_TEST_SOAK: '1' } : {}) };
const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
process.exit(await run(process.execPath, [jest, ...(soak ? ['--testPathPatterns', 'test/soak'] : []), ...rest], { env }));
