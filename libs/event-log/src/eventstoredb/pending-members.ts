import type { Sql } from '@suyuan/platform';
import { texts } from '@suyuan/platform';
import type { ArrivedMember, UnitShape } from './unit';

interface MemberRow {
  readonly unit: string;
  readonly ordinal: number;
  readonly member_count: number;
  readonly shape: UnitShape | null;
  readonly is_bulk: boolean;
  readonly stream: string;
  readonly id: string;
  readonly content_hash: string | null;
  readonly size_bytes: number;
  readonly revision: number;
  readonly commit_position: number;
  readonly prepare_position: number;
  readonly created: Date;
}

/** Keeps members until their units are whole; one that is there already stays as it is. @returns `unit/ordinal` of the new ones */
export async function keepMembers(sql: Sql, members: readonly ArrivedMember[]): Promise<Set<string>> {
  if (members.length === 0) return new Set();
  const rows = await sql.query<{ unit: string; ordinal: number }>(
    `INSERT INTO event_log_member (unit, ordinal, member_count, shape, is_bulk, stream, id, content_hash, size_bytes, revision,
       commit_position, prepare_position, created)
     SELECT m.unit, m.ordinal, m.member_count, m.shape::json, m.is_bulk, m.stream, m.id, m.content_hash, m.size_bytes, m.revision,
       m.commit_position, m.prepare_position, to_timestamp(m.created_ms / 1000.0)
     FROM unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::boolean[], $6::text[], $7::text[], $8::text[], $9::int[],
       $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[]) AS m (unit, ordinal, member_count, shape, is_bulk, stream, id,
       content_hash, size_bytes, revision, commit_position, prepare_position, created_ms)
     ON CONFLICT DO NOTHING RETURNING unit, ordinal`,
    [
      members.map((member) => member.unit),
      members.map((member) => member.ordinal),
      members.map((member) => member.of),
      texts(members.map((member) => (member.shape === undefined ? null : JSON.stringify(member.shape)))),
      members.map((member) => member.isBulk),
      texts(members.map((member) => member.stream)),
      texts(members.map((member) => member.id)),
      texts(members.map((member) => member.contentHash ?? null)),
      members.map((member) => member.sizeBytes),
      members.map((member) => member.revision),
      members.map((member) => member.position.commit),
      members.map((member) => member.position.prepare),
      members.map((member) => member.createdMs),
    ],
  );
  return new Set(rows.map((row) => `${row.unit}/${row.ordinal}`));
}

/** Members of a unit that were kept just now. */
export interface KeptNow {
  readonly unit: string;
  readonly count: number;
  /** When the first of them was written, ms. */
  readonly firstMs: number;
}

/** Adds to what is known of each unit. @returns how many of its members are kept, and when the first was written (ms) */
export async function countMembers(sql: Sql, news: readonly KeptNow[]): Promise<Map<string, { count: number; firstMs: number }>> {
  if (news.length === 0) return new Map();
  const rows = await sql.query<{ unit: string; kept: number; first_created: Date }>(
    `INSERT INTO event_log_unit AS u (unit, kept, first_created)
     SELECT n.unit, n.kept, to_timestamp(n.first_ms / 1000.0) FROM unnest($1::uuid[], $2::int[], $3::bigint[]) AS n (unit, kept, first_ms)
     ON CONFLICT (unit) DO UPDATE
       SET kept = u.kept + excluded.kept, first_created = least(u.first_created, excluded.first_created)
     RETURNING unit, kept, first_created`,
    [news.map(({ unit }) => unit), news.map(({ count }) => count), news.map(({ firstMs }) => firstMs)],
  );
  return new Map(rows.map((row) => [row.unit, { count: row.kept, firstMs: row.first_created.getTime() }]));
}

/** All kept members of a unit, in order. */
export async function membersOf(sql: Sql, unit: string): Promise<ArrivedMember[]> {
  const rows = await sql.query<MemberRow>('SELECT * FROM event_log_member WHERE unit = $1 ORDER BY ordinal', [unit]);
  return rows.map((row) => ({
    unit: row.unit,
    ordinal: row.ordinal,
    of: row.member_count,
    ...(row.shape === null ? {} : { shape: row.shape }),
    isBulk: row.is_bulk,
    stream: row.stream,
    id: row.id,
    ...(row.content_hash === null ? {} : { contentHash: row.content_hash }),
    sizeBytes: row.size_bytes,
    revision: row.revision,
    position: { commit: row.commit_position, prepare: row.prepare_position },
    createdMs: row.created.getTime(),
  }));
}

/** What a bulk unit does with conflicts, without loading its members. */
export async function shapeOf(sql: Sql, unit: string): Promise<UnitShape | undefined> {
  const [row] = await sql.query<{ shape: UnitShape | null }>(
    'SELECT shape FROM event_log_member WHERE unit = $1 AND ordinal = 0',
    [unit],
  );
  return row?.shape ?? undefined;
}

export async function dropMembers(sql: Sql, units: readonly string[]): Promise<void> {
  if (units.length === 0) return;
  await sql.query(
    `WITH members AS (DELETE FROM event_log_member WHERE unit = ANY($1::uuid[]))
     DELETE FROM event_log_unit WHERE unit = ANY($1::uuid[])`,
    [units],
  );
}

/** Of units whose first kept member was written before `beforeMs`. */
export async function forgetMembers(sql: Sql, beforeMs: number): Promise<void> {
  await sql.query(
    `WITH old AS (DELETE FROM event_log_unit WHERE first_created < to_timestamp($1 / 1000.0) RETURNING unit)
     DELETE FROM event_log_member m USING old WHERE m.unit = old.unit`,
    [beforeMs],
  );
}
