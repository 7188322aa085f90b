import { Injectable } from '@nestjs/common';
import { EventLogPort } from '@suyuan/event-log';
import { partyOfPlace } from '@suyuan/gs1';
import { Database } from '@suyuan/platform';
import { PlaceClaims, PlaceParties } from '../domain/place-claims';
import { AccessChanges } from '../projection/access-changes';
import { placeClaimsAt } from './place-claims-at';

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

  /** `placeClaimsAt` with what this service stands on. */
  claimsAt(position: number): Promise<PlaceClaims> {
    return placeClaimsAt(this.database, this.log, position);
  }

  private async load(): Promise<PlaceParties> {
    const rows = await this.database.query<{ key: string; party: string }>(
      'SELECT key, party FROM access_place WHERE party IS NOT NULL',
    );
    return new Map(rows.map((row) => [row.key, row.party]));
  }
}
