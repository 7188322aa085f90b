import { Injectable } from '@nestjs/common';
import { EventLogPort } from '@suyuan/event-log';
import { partyOfPlace } from '@suyuan/gs1';
import { Database } from '@suyuan/platform';
import { AccessFact } from '../domain/facts';
import { PlaceClaims, PlaceParties } from '../domain/place-claims';
import { AccessChanges } from '../projection/access-changes';
import { ACCESS_FOLLOWER } from '../projection/access-follower';

const READ_AT_ONCE = 1_000;

/**
 * Which party each place belongs to, where master data says so (TRACE.md section 1). `version` changes with every record
 * that may have changed an entry.
 */
@Injectable()
export class PlaceOwnership {
  private map: Promise<PlaceParties> | undefined;
  private changed = 0;

  constructor(
    private readonly database: Database,
    private readonly log: EventLogPort,
    changes: AccessChanges,
  ) {
    changes.listen((subjects) => {
      if (!subjects.some((subject) => subject.startsWith('place:'))) return;
      this.changed += 1;
      this.map = undefined;
    });
  }

  /** Equal versions mean an equal map. Read it before the map, never after. */
  get version(): number {
    return this.changed;
  }

  /** Current exceptions from the rule that `414/N…` belongs to `417/N`; at a log `position`, those known then. */
  async placeParties(position?: number): Promise<PlaceParties> {
    if (position !== undefined) return (await this.claimsAt(position)).parties;
    if (this.map !== undefined) return this.map;
    const loading = this.load();
    this.map = loading;
    // A failure is not kept: the next reader tries again.
    loading.catch(() => {
      if (this.map === loading) this.map = undefined;
    });
    return loading;
  }

  /** The party of a place: master data says so, else the party of the same digits; undefined for other places. */
  async partyOf(place: string): Promise<string | undefined> {
    return (await this.placeParties()).get(place) ?? partyOfPlace(place);
  }

  /** The fold as it stands after the record at `position`, however far this library's own projection has come. */
  async claimsAt(position: number): Promise<PlaceClaims> {
    const claims = new PlaceClaims();
    const [row] = await this.database.query<{ position: number }>('SELECT position FROM access_checkpoint WHERE name = $1', [
      ACCESS_FOLLOWER,
    ]);
    const projected = Math.min(row?.position ?? 0, position);
    // Served by the primary key: the subjects of places are one range of it.
    const facts = await this.database.query<Pick<AccessFact, 'subject' | 'data' | 'saidBy' | 'position'>>(
      `SELECT subject, data, said_by AS "saidBy", position FROM access_fact
        WHERE subject >= 'place:' AND subject < 'place;' AND position <= $1 AND data ? 'party' ORDER BY position, ordinal`,
      [projected],
    );
    for (const fact of facts) claims.applyFact(fact);
    for (let at = projected; at < position;) {
      const records = await this.log.read(at, Math.min(READ_AT_ONCE, position - at));
      for (const record of records) claims.apply(record);
      const last = records.at(-1);
      if (last === undefined) break;
      at = last.position;
    }
    return claims;
  }

  private async load(): Promise<PlaceParties> {
    const rows = await this.database.query<{ key: string; party: string }>(
      'SELECT key, party FROM access_place WHERE party IS NOT NULL',
    );
    return new Map(rows.map((row) => [row.key, row.party]));
  }
}
