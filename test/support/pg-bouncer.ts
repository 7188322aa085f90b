import { ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Debian puts it where not every user's PATH leads. */
const PROGRAM = ['/usr/sbin/pgbouncer', 'pgbouncer'].find((program) => spawnSync(program, ['--version']).status === 0);
const NOBODY = 65534;
const PATIENCE_MS = 10_000;

export const hasPgBouncer = PROGRAM !== undefined;

/** A real PgBouncer in transaction mode before a database: each transaction may get another server connection. */
export class PgBouncer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    /** The database, through the pooler. */
    readonly url: string,
    private readonly output: { said: string },
  ) {}

  /** @param poolSize server connections at most, however many clients there are */
  static async before(databaseUrl: string, poolSize: number): Promise<PgBouncer> {
    if (PROGRAM === undefined) throw new Error('there is no pgbouncer');
    const folder = await mkdtemp(path.join(tmpdir(), 'suyuan-pgbouncer-'));
    await chmod(folder, 0o755);
    const port = await freePort();
    const settings = path.join(folder, 'pgbouncer.ini');
    await writeFile(settings, configuration(new URL(databaseUrl), port, poolSize), { mode: 0o644 });
    // It refuses to run as root.
    const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    const child = spawn(PROGRAM, [settings], { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], ...user });
    const output = { said: '' };
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (output.said = (output.said + chunk.toString()).slice(-100_000)));
    const url = new URL(databaseUrl);
    url.host = `127.0.0.1:${port}`;
    const pooler = new PgBouncer(child, folder, url.href, output);
    await pooler.untilUp();
    return pooler;
  }

  /** Its own log. */
  get said(): string {
    return this.output.said;
  }

  async remove(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    if (this.child.exitCode === null && this.child.kill('SIGKILL')) await ended;
    await rm(this.folder, { recursive: true, force: true });
  }

  private async untilUp(): Promise<void> {
    for (const deadline = Date.now() + PATIENCE_MS; !this.said.includes('process up');) {
      if (this.child.exitCode !== null || Date.now() > deadline) {
        await this.remove();
        throw new Error(`pgbouncer did not start: ${this.said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function configuration(server: URL, port: number, poolSize: number): string {
  const name = server.pathname.slice(1);
  const login = [
    `user=${decodeURIComponent(server.username)}`,
    ...(server.password === '' ? [] : [`password=${decodeURIComponent(server.password)}`]),
  ].join(' ');
  return `[databases]
${name} = host=${server.hostname} port=${server.port || '5432'} dbname=${name} ${login}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 500
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
