import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { Database, Sql } from '@suyuan/platform';
import { Blocklist } from './offline/blocklist';
import { decode, encodeFull, hashOfFull } from './offline/codec';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** Versions that are kept for deltas; who is further behind takes the full list. */
export const VERSIONS_KEPT = 100;
const LOCK = 7101009;

/** The newest list and how new its truth is. */
export interface PublishedState {
  readonly version: number;
  /** Milliseconds since 1970: everything acknowledged before is in the list. */
  readonly asOfMs: number;
  readonly position: number;
}

/** The lists that were published, in the database: all processes give the same versions, also after a start. */
export class BlocklistStore {
  constructor(private readonly database: Database) {}

  async state(sql: Sql = this.database): Promise<PublishedState> {
    const [row] = await sql.query<{ version: number; as_of_ms: number; position: number }>(
      'SELECT version, as_of_ms, position FROM check_blocklist_state',
    );
    return { version: row?.version ?? 0, asOfMs: row?.as_of_ms ?? 0, position: row?.position ?? 0 };
  }

  /** A version's list with its bytes; undefined when it is not kept any more, or never was. */
  async read(version: number): Promise<{ list: Blocklist; bytes: Buffer } | undefined> {
    const [row] = await this.database.query<{ content: Buffer }>('SELECT content FROM check_blocklist WHERE version = $1', [
      version,
    ]);
    if (row === undefined) return undefined;
    const bytes = await unpack(row.content);
    const read = decode(bytes);
    return 'full' in read ? { list: read.full, bytes } : undefined;
  }

  /** Says that the newest list is true as of then too. */
  async renew(asOfMs: number, position: number): Promise<void> {
    await this.database.query(
      'UPDATE check_blocklist_state SET as_of_ms = $1, position = $2 WHERE as_of_ms <= $1 AND position <= $2',
      [asOfMs, position],
    );
  }

  /**
   * Publishes what was built as of a time and position: as a new version where it says anything new, else the newest one is
   * true as of then. A picture older than the published one is dropped: another process was faster.
   */
  async publish(built: Blocklist, asOfMs: number, position: number): Promise<PublishedState> {
    const contentHash = hashOfFull(encodeFull({ ...built, version: 0 }));
    return this.database.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
      const known = await this.state(tx);
      if (position < known.position || asOfMs < known.asOfMs) return known;
      const [newest] = await tx.query<{ content_hash: string }>('SELECT content_hash FROM check_blocklist WHERE version = $1', [
        known.version,
      ]);
      let { version } = known;
      if (newest?.content_hash !== contentHash) {
        version += 1;
        const content = await pack(encodeFull({ ...built, version }));
        await tx.query('INSERT INTO check_blocklist (version, content, content_hash) VALUES ($1, $2, $3)', [
          version,
          content,
          contentHash,
        ]);
        await tx.query('DELETE FROM check_blocklist WHERE version <= $1', [version - VERSIONS_KEPT]);
      }
      await tx.query('UPDATE check_blocklist_state SET version = $1, as_of_ms = $2, position = $3', [version, asOfMs, position]);
      return { version, asOfMs, position };
    });
  }
}
