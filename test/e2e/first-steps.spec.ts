import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ADMIN_KEY } from '../support/api';
import type { ServerProcess } from '../support/server-process';
import { StandaloneProduct } from '../support/standalone-product';

const README = path.resolve(__dirname, '../../README.md');
const hasShell = ['bash', 'curl', 'awk', 'grep'].every((name) => spawnSync('which', [name]).status === 0);

/** The README's first steps, as they stand there. */
async function firstSteps(): Promise<string> {
  const text = await readFile(README, 'utf8');
  const found = /<!-- first-steps:begin -->\s*```sh\n([\s\S]*?)```\s*<!-- first-steps:end -->/.exec(text)?.[1];
  if (found === undefined) throw new Error('the README has no first steps');
  return found;
}

async function shell(script: string, folder: string): Promise<{ out: string; status: number | null }> {
  const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', script], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  return new Promise((resolve) => child.once('close', (status) => resolve({ out, status })));
}

(hasShell ? describe : describe.skip)('the README', () => {
  let server: ServerProcess;
  let folder: string;
  beforeAll(async () => {
    server = await StandaloneProduct.start();
    folder = await mkdtemp(path.join(tmpdir(), 'suyuan-readme-'));
    await mkdir(path.join(folder, '.suyuan'));
    await writeFile(path.join(folder, '.suyuan', 'admin-key'), ADMIN_KEY);
  });
  afterAll(async () => {
    await server?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it('leads a newcomer from a first capture to a recall, step by step as it says', async () => {
    const steps = await firstSteps();
    expect(steps).toContain('URL=http://127.0.0.1:8080\n');
    const { out, status } = await shell(steps.replace('URL=http://127.0.0.1:8080', `URL=${server.url}`), folder);
    expect([status, out]).toEqual([0, expect.stringContaining('class="verdict"')]);
    const answers = out
      .split('\n')
      .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : []));

    const holders = answers.find((answer) => 'holders' in answer)?.['holders'] as { state: string; quantity: number }[];
    expect(holders.map(({ state, quantity }) => `${quantity} ${state}`).sort()).toEqual(['3 sold', '37 held', '60 held']);
    const notified = answers.find((answer) => 'items' in answer)?.['items'] as object[];
    expect(notified).toHaveLength(2);
    expect(answers.find((answer) => 'tasks' in answer)).toMatchObject({ tasks: { total: 2, sent: 2 } });
    expect(answers.find((answer) => 'verdict' in answer)).toMatchObject({ verdict: 'affected' });
    expect(out).toContain('本产品已被召回');
    // Nothing of it was refused.
    expect(answers.filter(({ type }) => String(type).startsWith('urn:suyuan:problem'))).toEqual([]);
  });
});
