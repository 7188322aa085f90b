import { EventLogPort } from '@suyuan/event-log';
import { Database } from '@suyuan/platform';
import { AccessFact } from '../domain/facts';
import { PlaceClaims } from '../domain/place-claims';
import { ACCESS_FOLLOWER } from '../projection/access-follower';

const READ_AT_ONCE = 1_000;

/** The fold as it stands after the record at `position`, however far this library's own projection has come. */
export async function placeClaimsAt(database: Database, log: EventLogPort, position: number): Promise<PlaceClaims> {
  const claims = new PlaceClaims();
  const [row] = await database.query<{ position: number }>('SELECT position FROM access_checkpoint WHERE name = $1', [
    ACCESS_FOLLOWER,
  ]);
  const projected = Math.min(row?.position ?? 0, position);
  // Served by the primary key: the subjects of places are one range of it.
  const facts = await database.query<Pick<AccessFact, 'subject' | 'data' | 'saidBy' | 'position'>>(
    `SELECT subject, data, said_by AS "saidBy", position FROM access_fact
      WHERE subject >= 'place:' AND subject < 'place;' AND position <= $1 AND data ? 'party' ORDER BY position, ordinal`,
    [projected],
  );
  for (const fact of facts) claims.applyFact(fact);
  for (let at = projected; at < position;) {
    const records = await log.read(at, Math.min(READ_AT_ONCE, position - at));
    for (const record of records) claims.apply(record);
    const last = records.at(-1);
    if (last === undefined) break;
    at = last.position;
  }
  return claims;
}
