import { Pool, PoolClient, types } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openSession, type Session } from './session';

// int8 comes back as a string by default; every bigint of ours (positions, ids, microseconds) fits a double.
types.setTypeParser(types.builtins.INT8, (text) => Number(text));

/** A connection inside one transaction, or the pool outside of any: the one door for plain SQL. */
export interface Sql {
  /** Rows of one statement; `$1…` parameters. */
  query<Row extends object = Record<string, unknown>>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

/** One open transaction. */
export interface Transaction extends Sql {
  /** `COPY … FROM STDIN`: text-format lines, each ending in a newline. Back-pressured, so any number of rows. */
  copyIn(statement: string, lines: Iterable<string> | AsyncIterable<string>): Promise<void>;
  /**
   * A statement whose rows nobody wants: it is on its way when this returns, and the next is made ready while the database
   * works on it. What follows sees what it did. Its failure is that of the next statement that is waited for, or of the
   * transaction.
   */
  send(text: string, parameters?: readonly unknown[]): void;
  /** The same for `COPY … FROM STDIN`. */
  sendLines(statement: string, lines: readonly string[]): void;
}

export class Database implements Sql {
  constructor(
    readonly pool: Pool,
    /** With the password: never to be shown. */
    readonly url: string,
    /** The same database without a pooler in between; `url` itself where nothing else is said. */
    readonly directUrl = url,
  ) {}

  static connect(url: string, options: { max?: number; applicationName?: string; directUrl?: string } = {}): Database {
    const pool = new Pool({
      connectionString: url,
      max: options.max ?? 12,
      application_name: options.applicationName ?? 'suyuan',
    });
    // A client that loses its server must not end the process: the query it breaks, or the next one, reports it. The pool
    // listens to a client only while it is idle, so each has a listener of its own from the first connection on.
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
    return new Database(pool, url, options.directUrl);
  }

  async query<Row extends object = Record<string, unknown>>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const result = await this.pool.query<Row>(text, [...parameters]);
    return result.rows;
  }

  /** Runs `work` in one transaction; commits when it resolves, rolls back when it throws. */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.within('BEGIN', work);
  }

  /** Runs `work` on one snapshot: however many statements it takes, they all see the same rows. Reads only. */
  async snapshot<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.within('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', work);
  }

  private async within<T>(begin: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    const open = new OpenTransaction(client);
    let broken: Error | undefined;
    try {
      await client.query(begin);
      const result = await work(open);
      await open.settled();
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await open.settled().catch(() => undefined);
      await client.query('ROLLBACK').catch((lost: Error) => (broken = lost));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** A connection of its own, outside of the pool; undefined when only a pooler can be reached. */
  async session(): Promise<Session | undefined> {
    return openSession(this.directUrl);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

/** Statements run one after the other, in the order in which they were asked for. */
class OpenTransaction implements Transaction {
  private last: Promise<unknown> = Promise.resolve();
  /** Of the first statement sent that failed; whatever comes after it only says that the transaction is aborted. */
  private failure: Error | undefined;

  constructor(private readonly client: PoolClient) {}

  async query<Row extends object>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.inTurn(() => this.client.query<Row>(text, [...parameters]))).rows;
  }

  copyIn(statement: string, lines: Iterable<string> | AsyncIterable<string>): Promise<void> {
    return this.inTurn(() => this.copy(statement, lines));
  }

  send(text: string, parameters: readonly unknown[] = []): void {
    this.note(this.inTurn(() => this.client.query(text, [...parameters])));
  }

  sendLines(statement: string, lines: readonly string[]): void {
    this.note(this.inTurn(() => this.copy(statement, lines)));
  }

  /** When nothing is on its way any more. Throws when anything sent has failed. */
  async settled(): Promise<void> {
    await this.last;
    if (this.failure !== undefined) throw this.failure;
  }

  private inTurn<Answer>(run: () => Promise<Answer>): Promise<Answer> {
    const answer = this.last.then(() => {
      if (this.failure !== undefined) throw this.failure;
      return run();
    });
    this.last = answer.catch(() => undefined);
    return answer;
  }

  private note(sent: Promise<unknown>): void {
    sent.catch((error: Error) => (this.failure ??= error));
  }

  private copy(statement: string, lines: Iterable<string> | AsyncIterable<string>): Promise<void> {
    return pipeline(Readable.from(inChunks(lines)), this.client.query(copyFrom(statement)));
  }
}

const CHUNK_CHARS = 65_536;

/** A write for each line would cost more than the line. */
async function* inChunks(lines: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  let chunk = '';
  if (Symbol.asyncIterator in lines) {
    yield* lines;
    return;
  }
  for (const line of lines) {
    chunk += line;
    if (chunk.length < CHUNK_CHARS) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
