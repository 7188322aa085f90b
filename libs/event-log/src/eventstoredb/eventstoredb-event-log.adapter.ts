import { type Database, StartRefusal, isDatabaseAway } from '@suyuan/platform';
import { randomUUID } from 'node:crypto';
import type { AppendResult, BulkAppend, LogRecord, RecordPlace, StreamAppend, TailOptions } from '../event-log';
import { EventLogPort } from '../event-log.port';
import { GroupCommit } from '../postgres/group-commit';
import { assertLoggable } from '../postgres/log-rows';
import { LogTail } from '../postgres/log-tail';
import type { SizedRecord } from '../postgres/recent-records';
import { type SerialAppend, serialAppend } from '../postgres/serial-record';
import { AppendRound } from './append-round';
import { BulkUnit } from './bulk-unit';
import { GrpcGateway } from './grpc-gateway';
import { LogAway } from './log-away';
import { locateIds, placeOfId, placesAfter, placesOfStream, touchedPlaces } from './log-places';
import { LogSource } from './log-source';
import { Numbering } from './numbering';
import { RecordReader } from './record-reader';
import { Sequencer } from './sequencer';
import { readStoreAddress } from './store-address';
import type { StoreGateway } from './store-gateway';
import { UnitWriter } from './unit-writer';

/** Records in one unit, unless a single call brings more: its first event names the streams of all. */
const GROUP_RECORDS_MAX = 500;
/** Lost races in a row after which a group of calls is given up: each was won by another writer. */
const RACES_MAX = 100;

export interface EventStoreLogOptions {
  /** Told what goes wrong while the log is followed; it is tried again in any case. */
  readonly onTrouble?: (error: unknown) => void;
}

/**
 * The event log in EventStoreDB or KurrentDB: a stream for each key, the records as its events. PostgreSQL holds the index,
 * which gives every record its contiguous position (docs/adr/0009). A record is in the log when it is numbered, not before.
 */
export class EventStoreLog extends EventLogPort {
  private readonly commits = new GroupCommit<readonly SerialAppend[], AppendResult>(
    (calls) => this.commitGroup(calls),
    GROUP_RECORDS_MAX,
    (error) => !(error instanceof LogAway),
  );
  private readonly followers: LogTail;
  private readonly reader: RecordReader;
  private readonly writer: UnitWriter;
  private readonly sequencer: Sequencer;
  private isClosed = false;

  private constructor(
    private readonly database: Database,
    private readonly gateway: StoreGateway,
    source: LogSource,
    log: string,
    options: EventStoreLogOptions,
  ) {
    super();
    const prefix = `${log}-`;
    this.followers = new LogTail(
      database,
      (after, limit) => this.readSized(after, limit),
      (error) => isDatabaseAway(error) || gateway.isPassing(error),
    );
    this.reader = new RecordReader(gateway, prefix);
    this.writer = new UnitWriter(database, gateway, source, this.followers.listener, prefix);
    this.sequencer = new Sequencer(source, new Numbering(database), gateway, prefix, options.onTrouble ?? (() => undefined));
  }

  /** @param url `esdb://…` (see `readStoreAddress`). Throws `StartRefusal` when the log can't be used with this database. */
  static async open(database: Database, url: string, options: EventStoreLogOptions = {}): Promise<EventStoreLog> {
    const { gateway, log } = await connect(url);
    return EventStoreLog.over(database, gateway, log, options);
  }

  static async over(
    database: Database,
    gateway: StoreGateway,
    log: string,
    options: EventStoreLogOptions = {},
  ): Promise<EventStoreLog> {
    const source = new LogSource(database);
    try {
      await source.claim(gateway, log);
    } catch (error) {
      await gateway.close();
      throw error;
    }
    const opened = new EventStoreLog(database, gateway, source, log, options);
    // Writers wait for announcements too, not only followers.
    opened.followers.listener.follow();
    opened.sequencer.start();
    return opened;
  }

  override async append(appends: readonly StreamAppend[]): Promise<AppendResult> {
    let size = 0;
    for (const { stream, records } of appends) {
      assertLoggable(
        stream,
        records.map(({ id }) => id),
      );
      size += records.length;
    }
    return this.commits.submit(appends.map(serialAppend), size);
  }

  override bulk(): Promise<BulkAppend> {
    return BulkUnit.begin(this.database, this.writer);
  }

  override async head(): Promise<number> {
    const [head] = await this.database.query<{ position: number }>('SELECT position FROM event_log_head');
    return head?.position ?? 0;
  }

  override async read(after: number, limit: number): Promise<LogRecord[]> {
    return this.reader.inLogOrder(await placesAfter(this.database, after, limit));
  }

  override async readStream(stream: string, fromVersion = 0): Promise<LogRecord[]> {
    if (stream.includes('\u0000')) return [];
    return this.reader.inStreamOrder(await placesOfStream(this.database, stream, fromVersion));
  }

  override async find(id: string): Promise<LogRecord | undefined> {
    if (id.includes('\u0000')) return undefined;
    const place = await placeOfId(this.database, id);
    return place === undefined ? undefined : (await this.reader.inStreamOrder([place]))[0];
  }

  override locate(ids: readonly string[]): Promise<Map<string, RecordPlace>> {
    return locateIds(
      this.database,
      ids.filter((id) => !id.includes('\u0000')),
    );
  }

  override tail(after: number, options: TailOptions): AsyncGenerator<readonly LogRecord[]> {
    return this.followers.follow(after, options);
  }

  override async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.writer.close();
    await this.sequencer.close();
    this.followers.close();
    await this.gateway.close();
  }

  private async readSized(after: number, limit: number): Promise<SizedRecord[]> {
    const places = await placesAfter(this.database, after, limit);
    const records = await this.reader.inLogOrder(places);
    return records.map((record, n) => ({ record, sizeBytes: places[n]?.sizeBytes ?? 0 }));
  }

  /** Rounds until every call is answered: in each, what the index can't answer is sent as one unit and judged. */
  private async commitGroup(calls: readonly (readonly SerialAppend[])[]): Promise<AppendResult[]> {
    const answers = new Map<number, AppendResult>();
    const found = new Map<string, number>();
    for (let races = 0; races < RACES_MAX;) {
      const open = [...calls.entries()].filter(([index]) => !answers.has(index));
      if (open.length === 0) return calls.map((_, index) => answers.get(index) as AppendResult);
      const round = await this.plan(open, found);
      const unit = randomUUID();
      const events = round.events(unit);
      const race = events.length === 0 ? undefined : await this.writer.write(events, round.expected);
      if (race !== undefined) {
        races += 1;
        await this.writer.caughtUp(race);
        found.set(race.stream, race.actual);
      } else if (events.length > 0) {
        const verdict = await this.writer.verdict(unit);
        if ('results' in verdict) round.settle(verdict.results);
      }
      for (const [index, answer] of round.answered) answers.set(index, answer);
    }
    throw new LogAway('Other writers were faster each time.');
  }

  private async plan(
    open: readonly (readonly [number, readonly SerialAppend[]])[],
    found: ReadonlyMap<string, number>,
  ): Promise<AppendRound> {
    const ids = new Set<string>();
    const streams = new Set<string>();
    for (const [, call] of open) {
      for (const { stream, records } of call) {
        streams.add(stream);
        for (const { id } of records) ids.add(id);
      }
    }
    const [head, touched] = await Promise.all([this.head(), touchedPlaces(this.database, [...ids], [...streams])]);
    const round = new AppendRound(head, touched, found);
    for (const [index, call] of open) round.add(index, call);
    return round;
  }
}

/** Reads the address; its faults are told without it, for it may hold a password. */
async function connect(url: string): Promise<{ gateway: StoreGateway; log: string }> {
  try {
    const { connectionString, log } = readStoreAddress(url);
    return { gateway: await GrpcGateway.open(connectionString), log };
  } catch (error) {
    const reason = error instanceof RangeError ? error.message : 'the client can not read it: check its parameters and files';
    throw new StartRefusal(`SUYUAN_EVENT_STORE: ${reason}`);
  }
}
