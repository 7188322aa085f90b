import { mkdir, realpath, statfs } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartRefusal } from '../settings/start-refusal';
import { findBinaries } from './binaries';
import { dataDirInUse, lockDataDir } from './data-dir-lock';
import { clusterPassword, initialiseCluster } from './initialise-cluster';
import { RunningServer, ServerPlace, startServer, stopServer } from './postmaster';
import { isAlive } from './postmaster-file';
import { closedFolder } from './reachability';
import { handOver, identityFor, RunAs } from './run-as';
import { SessionLock, takeSessionLock } from './session-lock';
import { takeUpServer } from './take-up-server';

const DATABASE = 'suyuan';
const RESTARTS_MAX = 3;
/** Recovery needs a segment of its write-ahead log, and some more for what it writes back. */
const ROOM_BYTES = 32 * 1024 * 1024;
const ROOM_LOOK_MS = 1000;

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  /** For the operator: what takes long, what was found. */
  readonly tell: (line: string) => void;
  /** The server is gone and would not start again. */
  readonly onLost: (reason: Error) => void;
}

/**
 * The PostgreSQL server inside the data directory: made at the first start, taken up again after a kill, restarted when
 * it dies, stopped last. All refusals are `StartRefusal`s that name what to do (docs/adr/0004).
 */
export class EmbeddedPostgres {
  private stopping = false;

  private constructor(
    private readonly options: EmbeddedPostgresOptions,
    private readonly place: ServerPlace,
    private readonly password: string,
    private readonly dataDirLock: { release(): Promise<void> },
    private server: RunningServer,
    private session: SessionLock,
    /** What was done: for the log and the tests. */
    readonly began: 'made' | 'started' | 'taken-up',
  ) {
    session.onLost(() => void this.recover());
  }

  /** For `Database.connect`. Stays the same when the server restarts. */
  get url(): string {
    return `postgres://postgres:${encodeURIComponent(this.password)}@127.0.0.1:${this.server.port}/${DATABASE}`;
  }

  get pid(): number {
    return this.server.pid;
  }

  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const dataDir = await makeDataDir(options.dataDir);
    const lock = await lockDataDir(dataDir);
    try {
      const clusterDir = path.join(dataDir, 'postgres');
      const runAs = await identityFor(clusterDir);
      const binaries = await findBinaries(dataDir, runAs);
      await handOver(dataDir, runAs);
      await mustReach(dataDir, runAs);
      const cluster = await initialiseCluster(dataDir, clusterDir, binaries, runAs);
      const password = await clusterPassword(clusterDir);
      const onSlowStart = (): void => options.tell('the database is recovering from a hard stop …');
      const place: ServerPlace = { clusterDir, logFile: path.join(dataDir, 'postgres.log'), binaries, runAs, onSlowStart };

      const found = cluster === 'made' ? undefined : await takeUpServer(place, password);
      const server = found ?? (await startServer(place));
      const session = await takeSessionLock(server.port, password, DATABASE).catch(async (error: Error) => {
        if (found === undefined) await stopServer(place, server.pid);
        throw new StartRefusal(`the embedded PostgreSQL does not let us in: ${error.message}`);
      });
      // Not ours to stop: whoever holds the session works with this server.
      if (session === undefined) throw dataDirInUse(dataDir);
      await handOver(dataDir, runAs);
      const began = cluster === 'made' ? 'made' : found === undefined ? 'started' : 'taken-up';
      return new EmbeddedPostgres(options, place, password, lock, server, session, began);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Call last: after every pool has been closed. */
  async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    await this.session.release();
    await stopServer(this.place, this.server.pid);
    await this.dataDirLock.release();
  }

  /** On a full disk the server ends at every start: it is begun again when there is room, however long that takes. */
  private async roomToStart(): Promise<void> {
    if (await hasRoom(this.options.dataDir)) return;
    this.options.tell('the database has ended and its disk is full; it starts again when there is room …');
    while (!this.stopping && !(await hasRoom(this.options.dataDir))) await sleep(ROOM_LOOK_MS);
  }

  /** The session was lost: the server restarted its processes after a crash of one, or it is gone itself. */
  private async recover(): Promise<void> {
    for (let restarts = 0; !this.stopping;) {
      try {
        if (!isAlive(this.server.pid)) {
          await this.roomToStart();
          if (++restarts > RESTARTS_MAX) throw new StartRefusal('the embedded PostgreSQL keeps ending');
          this.options.tell('the database has ended; starting it again …');
          this.server = await startServer(this.place, this.server.port);
        }
        const session = await takeSessionLock(this.server.port, this.password, DATABASE);
        if (session === undefined) throw dataDirInUse(this.options.dataDir);
        this.session = session;
        session.onLost(() => void this.recover());
        return;
      } catch (error) {
        if (error instanceof StartRefusal) {
          if (!this.stopping) this.options.onLost(error);
          return;
        }
        // Still recovering: it refuses connections until then.
        await sleep(200);
      }
    }
  }
}

async function hasRoom(dataDir: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(dataDir);
  return bavail * bsize >= ROOM_BYTES;
}

async function makeDataDir(wanted: string): Promise<string> {
  try {
    await mkdir(wanted, { recursive: true, mode: 0o700 });
    return await realpath(wanted);
  } catch (error) {
    throw new StartRefusal(
      `can't make the data directory ${wanted} (${(error as Error).message}): set SUYUAN_DATA_DIR to a folder that can be written to`,
    );
  }
}

async function mustReach(dataDir: string, runAs: RunAs): Promise<void> {
  const closed = await closedFolder(dataDir, runAs);
  if (closed === undefined) return;
  throw new StartRefusal(
    `PostgreSQL can't run as root, and user ${runAs.uid}, under which it runs instead, may not enter ${closed}: set SUYUAN_DATA_DIR to a folder outside of it, or allow entry with chmod o+x ${closed}`,
  );
}
