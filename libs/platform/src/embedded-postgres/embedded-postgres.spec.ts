import { ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { isAlive, servesCluster } from './postmaster-file';
import { closedFolder } from './reachability';

const HOST = path.resolve(__dirname, '../../../../test/support/embedded-postgres-host.cjs');
const asRoot = process.geteuid?.() === 0;

interface Said {
  readonly began?: string;
  readonly url?: string;
  readonly pid?: number;
  readonly refused?: string;
  readonly kind?: string;
  readonly told?: string;
}

/** A process of its own with the supervisor in it. */
class Host {
  readonly ended: Promise<number | null>;
  private constructor(
    readonly child: ChildProcess,
    readonly said: Said,
  ) {
    this.ended = new Promise((resolve) => child.once('exit', resolve));
  }

  get pid(): number {
    if (this.said.pid === undefined) throw new Error(`no server: ${this.said.refused}`);
    return this.said.pid;
  }

  /** Waits until the server runs or the start was refused. */
  static async start(dataDir: string, user?: number): Promise<Host> {
    const child = spawn(process.execPath, [HOST, dataDir, ...(user === undefined ? [] : [String(user)])], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: child.stdout })) {
      const said = JSON.parse(line) as Said;
      if (said.told === undefined) return new Host(child, said);
    }
    throw new Error('the host ended without a word');
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  async stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.ended;
  }
}

async function ask<Row extends object>(url: string | undefined, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url ?? '' });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A number that no account has, for the containers that are started with any `--user`. */
const STRANGER = 48_613;

describe('EmbeddedPostgres', () => {
  let top: string;
  let dataDir: string;
  const hosts: Host[] = [];
  const start = async (user?: number): Promise<Host> => {
    const host = await Host.start(dataDir, user);
    hosts.push(host);
    return host;
  };

  beforeEach(async () => {
    top = await mkdtemp(path.join(tmpdir(), 'suyuan-pg-'));
    await chmod(top, 0o755);
    dataDir = path.join(top, 'data');
  });
  afterEach(async () => {
    for (const host of hosts.splice(0)) {
      if (host.child.exitCode === null && host.child.signalCode === null) await host.stop();
      const { pid } = host.said;
      if (pid !== undefined && (await servesCluster(pid, path.join(dataDir, 'postgres'))) === 'yes') process.kill(pid, 'SIGQUIT');
    }
    await rm(top, { recursive: true, force: true });
  });

  it('makes a durable, checksummed, loopback-only UTF-8 database that asks for a password, and starts it again', async () => {
    const first = await start();
    expect(first.said).toMatchObject({ began: 'made' });
    const facts = `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commits, current_setting('data_checksums') AS checksums,
      current_setting('listen_addresses') AS listens, current_setting('server_encoding') AS encoding, current_setting('unix_socket_directories') AS sockets,
      (SELECT datcollate FROM pg_database WHERE datname = current_database()) AS collation, current_database() AS name`;
    expect(await ask(first.said.url, facts)).toEqual([
      {
        fsync: 'on',
        commits: 'on',
        checksums: 'on',
        listens: '127.0.0.1',
        encoding: 'UTF8',
        sockets: '',
        collation: 'C',
        name: 'suyuan',
      },
    ]);
    const withoutPassword = new URL(first.said.url ?? '');
    withoutPassword.password = 'wrong';
    await expect(ask(withoutPassword.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    await ask(first.said.url, 'CREATE TABLE kept AS SELECT 1 AS one');
    expect(await first.stop()).toBe(0);
    expect(isAlive(first.pid)).toBe(false);

    const second = await start();
    expect(second.said).toMatchObject({ began: 'started' });
    expect(await ask(second.said.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  it('takes up the server that a killed run left behind, and stops it in the end', async () => {
    const first = await start();
    await first.kill();
    expect(isAlive(first.pid)).toBe(true);
    const second = await start();
    expect(second.said).toMatchObject({ began: 'taken-up', pid: first.pid, url: first.said.url });
    expect(await second.stop()).toBe(0);
    expect(isAlive(first.pid)).toBe(false);
  });

  it('recovers when run and server were both killed', async () => {
    const first = await start();
    await ask(first.said.url, 'CREATE TABLE kept AS SELECT 1 AS one');
    await first.kill();
    process.kill(first.pid, 'SIGKILL');
    const second = await start();
    expect(second.said).toMatchObject({ began: 'started' });
    expect(await ask(second.said.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  const untilItAnswers = async ({ said }: Host): Promise<void> => {
    for (let attempt = 0; ; attempt++) {
      try {
        expect(await ask(said.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
        return;
      } catch (error) {
        if (attempt > 100) throw error;
        await sleep(100);
      }
    }
  };

  it('starts a server that dies while it works on long statements', async () => {
    const host = await start();
    const clients = [1, 2, 3].map(() => new Client({ connectionString: host.said.url ?? '' }));
    for (const client of clients) client.on('error', () => undefined);
    await Promise.all(clients.map((client) => client.connect()));
    // Never looks whether its server is still there.
    const ends = clients.map((client) =>
      client.query('SELECT count(*) FROM generate_series(1, 100000000000)').catch(() => 'ended'),
    );
    await sleep(500);
    process.kill(host.pid, 'SIGKILL');
    await untilItAnswers(host);
    expect(await Promise.all(ends)).toEqual(['ended', 'ended', 'ended']);
    expect(await host.stop()).toBe(0);
  });

  it('starts a server that dies again, on the same port', async () => {
    const host = await start();
    process.kill(host.pid, 'SIGKILL');
    await untilItAnswers(host);
    expect(await host.stop()).toBe(0);
    expect(readFileSync(path.join(dataDir, 'postgres.log'), 'utf8')).toContain('database system is shut down');
  });

  it('is not reached by the Ctrl-C of the terminal: it has a session of its own', async () => {
    if (process.platform !== 'linux') return;
    const host = await start();
    const session = (pid: number): string | undefined =>
      readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[3];
    expect(session(host.pid)).toBe(String(host.pid));
  });

  it('refuses a second run on the same data directory, in one line, and leaves the first alone', async () => {
    const first = await start();
    const second = await start();
    expect(second.said).toEqual({
      kind: 'StartRefusal',
      refused: expect.stringContaining(`in use by another running suyuan (process ${first.child.pid})`),
    });
    // Even with the file gone: the session in the database decides.
    await rm(path.join(dataDir, 'suyuan.pid'));
    const third = await start();
    expect(third.said.refused).toContain('in use by another running suyuan');
    expect(await ask(first.said.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it.each([
    ['of a program that is no database', () => `${process.pid}\n/elsewhere\n0\n1\n\n127.0.0.1\n`],
    ['of a process that is gone', () => '4194000\n/elsewhere\n0\n1\n\n127.0.0.1\n'],
    ['torn by a power failure', () => ''],
  ])('clears a postmaster.pid %s', async (_, content) => {
    await (await start()).stop();
    const file = path.join(dataDir, 'postgres', 'postmaster.pid');
    await writeFile(file, content(), { mode: 0o600 });
    const { uid, gid } = await stat(path.join(dataDir, 'postgres'));
    await chown(file, uid, gid);
    await sleep(1100);
    expect((await start()).said).toMatchObject({ began: 'started' });
  });

  it('does a making that was killed all over again', async () => {
    const begun = spawn(process.execPath, [HOST, dataDir], { stdio: 'ignore' });
    const growing = async (): Promise<boolean> =>
      (await readdir(dataDir).catch(() => [])).some((name) => name.startsWith('postgres.initialising'));
    while (!(await growing())) await sleep(2);
    await sleep(150);
    begun.kill('SIGKILL');
    expect(await readdir(dataDir)).not.toContain('postgres');
    expect((await start()).said).toMatchObject({ began: 'made' });
    expect(await growing()).toBe(false);
  });

  it('refuses a folder that holds something else under the name of the cluster', async () => {
    await mkdir(path.join(dataDir, 'postgres'), { recursive: true });
    await writeFile(path.join(dataDir, 'postgres', 'letter.txt'), 'dear');
    expect((await start()).said.refused).toContain('holds files but no PostgreSQL cluster');
    expect(await readdir(path.join(dataDir, 'postgres'))).toEqual(['letter.txt']);
  });

  (asRoot ? describe : describe.skip)('started by root', () => {
    it('gives the whole data directory to the unprivileged user', async () => {
      await mkdir(dataDir, { mode: 0o700 });
      const host = await start();
      expect(host.said).toMatchObject({ began: 'made' });
      for (const name of ['', 'postgres', 'postgres.log']) expect((await stat(path.join(dataDir, name))).uid).toBe(65_534);
    });

    it('does not give away what is not its own', async () => {
      await mkdir(path.join(dataDir, 'photos'), { recursive: true });
      await chmod(dataDir, 0o755);
      expect((await start()).said).toMatchObject({ began: 'made' });
      expect((await stat(dataDir)).uid).toBe(0);
      expect((await stat(path.join(dataDir, 'photos'))).uid).toBe(0);
    });

    it('names the folder above that keeps the unprivileged user out', async () => {
      await chmod(top, 0o700);
      expect((await start()).said.refused).toContain(`may not enter ${top}:`);
    });

    it.each([
      ['nobody', 65_534],
      ['a number without an account', STRANGER],
    ])('also runs as %s, and root then keeps to that user', async (_, user) => {
      // A checkout below a closed home directory can't be read by that user at all.
      if ((await closedFolder(HOST, { uid: user, gid: user })) !== undefined) return;
      await mkdir(dataDir);
      await chown(dataDir, user, user);
      const own = await start(user);
      expect(own.said).toMatchObject({ began: 'made' });
      const facts = `SELECT current_setting('data_checksums') AS checksums, (SELECT count(*) FROM information_schema.tables WHERE table_name = 'pg_class') AS views,
        to_tsvector('english', 'recalls') @@ to_tsquery('english', 'recall') AS words, upper('ä') AS locale`;
      expect(await ask(own.said.url, facts)).toEqual([{ checksums: 'on', views: '1', words: true, locale: 'ä' }]);
      await own.stop();
      const root = await start();
      expect(root.said).toMatchObject({ began: 'started' });
      expect((await stat(path.join(dataDir, 'postgres'))).uid).toBe(user);
      await root.stop();
      expect((await start(user)).said).toMatchObject({ began: 'started' });
    });

    it('refuses an ordinary user a cluster that is not his', async () => {
      if ((await closedFolder(HOST, { uid: STRANGER, gid: STRANGER })) !== undefined) return;
      await (await start()).stop();
      await chmod(dataDir, 0o777);
      expect((await start(STRANGER)).said.refused).toContain('belongs to user 65534');
    });
  });
});
