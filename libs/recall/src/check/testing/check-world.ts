import { CanonicalEvent } from '@suyuan/epcis';
import { EPCIS_EVENT } from '@suyuan/capture';
import { EVENT_LOG_MIGRATIONS, Json, PostgresEventLog } from '@suyuan/event-log';
import { migrate, Progress, SystemClock } from '@suyuan/platform';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { Scope } from '@suyuan/trace/domain';
import { Actor, RecallContent } from '../../domain/recall.events';
import { RecallProjector } from '../../projection/recall.projector';
import { loadRegimes } from '../../regimes/load-regimes';
import { Words } from '../../privacy/words';
import { RecallStreams } from '../../processes/recall-streams';
import { RecallFollower } from '../../projection/recall-follower';
import { recallMigrations } from '../../projection/recall.migrations';
import { CheckFollower } from '../check-follower';
import { CheckIndex } from '../check-index';
import { checkMigrations } from '../check.migrations';

export const AUTHORITY: Actor = { keyId: 'k', role: 'authority' };
export const AT = '2026-05-01T00:00:00.000Z';

const NOTHING = {
  eventTimeMicros: 1_000_000,
  eventTimeZoneOffset: '+00:00',
  epcs: [],
  quantities: [],
  children: [],
  childQuantities: [],
  inputs: [],
  inputQuantities: [],
  outputs: [],
  outputQuantities: [],
  sources: [],
  destinations: [],
};

/** A log with recalls and captured events, their read models, and the check's index following both, on a real database. */
export class CheckWorld {
  readonly progress = new Progress();
  readonly streams: RecallStreams;
  readonly errors: unknown[] = [];
  private running: { stop(): Promise<void> }[] = [];
  private events = 0;

  private constructor(
    readonly test: TestDatabase,
    readonly log: PostgresEventLog,
  ) {
    this.streams = new RecallStreams(log, new Words(test.database));
  }

  static async open(): Promise<CheckWorld> {
    const test = await createTestDatabase();
    await migrate(test.database, [...EVENT_LOG_MIGRATIONS, ...recallMigrations, ...checkMigrations]);
    return new CheckWorld(test, new PostgresEventLog(test.database));
  }

  /** Keeps the read models of recalls up to date. */
  async project(): Promise<void> {
    const follower = new RecallFollower(
      this.log,
      this.test.database,
      this.progress,
      RecallProjector.by(loadRegimes()),
      (error) => this.errors.push(error),
      () => undefined,
    );
    await follower.start();
    this.running.push(follower);
  }

  /** A new process: an index that begins with nothing. */
  async follow(): Promise<{ index: CheckIndex; follower: CheckFollower }> {
    const index = new CheckIndex();
    const onError = (error: unknown): void => void this.errors.push(error);
    const follower = new CheckFollower(this.log, this.test.database, this.progress, new SystemClock(), index, onError);
    await follower.start();
    this.running.push(follower);
    return { index, follower };
  }

  /** @returns the position of its activation */
  async recall(id: string, scope: Scope): Promise<number> {
    const content: RecallContent = {
      title: id,
      regimes: ['cn-consumer'],
      depth: 'consumer',
      reason: 'overheats',
      hazard: 'fire',
      product: 'Heater',
      scope,
      instructions: 'Unplug it.',
      contacts: [],
    };
    const stamp = { at: AT, by: AUTHORITY };
    await this.streams.recall(id, { type: 'DecideRecall', mode: 'real', basis: 'ordered', content, producers: [], ...stamp });
    return (await this.streams.recall(id, { type: 'Move', move: 'activate', ...stamp })).position;
  }

  /** Captures an event. @returns its position */
  async capture(event: Partial<CanonicalEvent>): Promise<number> {
    const eventId = `urn:event:${(this.events += 1)}`;
    const canonical = { ...NOTHING, type: 'ObjectEvent', eventId, ...event };
    const meta = { capturingParty: null, admin: true, captureId: null, canonical: canonical as unknown as Json };
    const record = { id: eventId, type: EPCIS_EVENT, data: {}, meta };
    const result = await this.log.append([{ stream: 'a-product', records: [record] }]);
    if (result.kind !== 'appended') throw new Error(result.kind);
    return result.position;
  }

  async stop(): Promise<void> {
    for (const one of this.running.splice(0).reverse()) await one.stop();
  }

  async close(): Promise<void> {
    await this.stop();
    await this.log.close();
    await this.test.drop();
  }
}
