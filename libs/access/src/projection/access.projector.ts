import { Sql } from '@suyuan/platform';
import { PARTY_CHANGED, PARTY_REGISTERED, PlaceDescribed, ProductDescribed } from '../domain/access-records';
import { AccessFact, SourceRecord, SubjectKind, factsOf } from '../domain/facts';
import { PartyEvent, evolveParty, nameParty, unknownParty } from '../domain/party.decider';
import { describePlace, undescribedPlace } from '../domain/place';
import { describeProduct, undescribedProduct } from '../domain/product';
import { evolveShare, unknownShare } from '../domain/share';

/** Serialises projections of all processes: they are short and rare, and a fold must see all facts of its subject. */
const PROJECTION_LOCK = 'SELECT pg_advisory_xact_lock(7103001)';

/**
 * Writes the facts of `records` and folds every subject they touch anew, inside the caller's transaction. A record may
 * come twice and out of order. Returns the subjects touched.
 */
export async function projectAccess(sql: Sql, records: readonly SourceRecord[]): Promise<string[]> {
  const facts = records.flatMap(factsOf);
  if (facts.length === 0) return [];
  await sql.query(PROJECTION_LOCK);
  await sql.query(
    `INSERT INTO access_fact (subject, position, ordinal, type, said_by, recorded_at, data)
     SELECT subject, position, ordinal, type, said_by, recorded_at, data
       FROM jsonb_to_recordset($1::jsonb) AS said
            (subject text, position bigint, ordinal int, type text, said_by text, recorded_at timestamptz, data jsonb)
     ON CONFLICT DO NOTHING`,
    [jsonb(facts.map((fact) => ({ ...fact, said_by: fact.saidBy, recorded_at: fact.recordedAt })))],
  );
  const subjects = [...new Set(facts.map((fact) => fact.subject))];
  await refold(sql, subjects);
  return subjects;
}

async function refold(sql: Sql, subjects: readonly string[]): Promise<void> {
  // Served by the primary key.
  const known = await sql.query<AccessFact>(
    `SELECT subject, position, ordinal, type, said_by AS "saidBy", recorded_at AS "recordedAt", data
       FROM access_fact WHERE subject = ANY($1) ORDER BY subject, position, ordinal`,
    [subjects],
  );
  const bySubject = group(known);
  const rows: Record<SubjectKind, object[]> = { party: [], place: [], product: [], share: [] };
  for (const [subject, facts] of bySubject) {
    const colon = subject.indexOf(':');
    const kind = subject.slice(0, colon) as SubjectKind;
    rows[kind].push(FOLDS[kind](subject.slice(colon + 1), facts));
  }
  for (const kind of Object.keys(rows) as SubjectKind[]) {
    if (rows[kind].length > 0) await sql.query(UPSERTS[kind], [jsonb(rows[kind])]);
  }
}

/**
 * JSON text that jsonb takes: captured text may hold NUL or half a surrogate pair, which jsonb refuses, and one odd
 * character must not stop the follower for ever. They become U+FFFD here; the log keeps them as they came.
 */
function jsonb(value: unknown): string {
  return JSON.stringify(value).replace(/\\(?:u0000|ud[89a-f][0-9a-f]{2}|[^])/g, (escape) =>
    escape.length > 2 ? '\\ufffd' : escape,
  );
}

function group(facts: readonly AccessFact[]): Map<string, AccessFact[]> {
  const groups = new Map<string, AccessFact[]>();
  for (const fact of facts) {
    const same = groups.get(fact.subject);
    if (same === undefined) groups.set(fact.subject, [fact]);
    else same.push(fact);
  }
  return groups;
}

const FOLDS: Record<SubjectKind, (key: string, facts: readonly AccessFact[]) => object> = {
  party: (id, facts) => {
    const state = facts.reduce(
      (before, { type, data }) =>
        type === PARTY_REGISTERED || type === PARTY_CHANGED
          ? evolveParty(before, { type, data } as unknown as PartyEvent)
          : nameParty(before, typeof data['name'] === 'string' ? data['name'] : undefined),
      unknownParty,
    );
    const registered_at = facts.find((fact) => fact.type === PARTY_REGISTERED)?.recordedAt ?? null;
    return { id, ...state, contact_ids: state.contactIds, registered_at };
  },
  place: (key, facts) => {
    const state = facts.reduce(
      (before, fact) => describePlace(before, fact.data as unknown as PlaceDescribed, fact.saidBy),
      undescribedPlace,
    );
    return { key, ...state, assigned_by: state.assignedBy };
  },
  product: (key, facts) => {
    const state = facts.reduce(
      (before, fact) => describeProduct(before, fact.data as unknown as ProductDescribed, fact.saidBy),
      undescribedProduct,
    );
    return { key, ...state, name_zh: state.nameZh };
  },
  share: (id, facts) => {
    const { opened, closedAt } = facts.reduce(
      (before, fact) => evolveShare(before, fact.type, fact.data, fact.recordedAt),
      unknownShare,
    );
    return {
      id,
      ...opened,
      with_party: opened?.with,
      event_from: opened?.from,
      event_until: opened?.until,
      opened_at: opened?.openedAt,
      closed_at: closedAt,
    };
  },
};

const UPSERTS: Record<SubjectKind, string> = {
  party: `
    INSERT INTO access_party (id, registered, name, roles, places, contact_ids, registered_at)
    SELECT id, registered, name, roles, places, contact_ids, registered_at FROM jsonb_to_recordset($1::jsonb) AS folded
           (id text, registered boolean, name text, roles text[], places text[], contact_ids text[], registered_at timestamptz)
    ON CONFLICT (id) DO UPDATE SET registered = excluded.registered, name = excluded.name, roles = excluded.roles,
      places = excluded.places, contact_ids = excluded.contact_ids, registered_at = excluded.registered_at`,
  place: `
    INSERT INTO access_place (key, party, assigned_by, name, address, country, attributes)
    SELECT key, party, assigned_by, name, address, country, attributes FROM jsonb_to_recordset($1::jsonb) AS folded
           (key text, party text, assigned_by text, name text, address text, country text, attributes jsonb)
    ON CONFLICT (key) DO UPDATE SET party = excluded.party, assigned_by = excluded.assigned_by, name = excluded.name,
      address = excluded.address, country = excluded.country, attributes = excluded.attributes`,
  product: `
    INSERT INTO access_product (key, name, name_zh, brand, category, producer, origin, attributes)
    SELECT key, name, name_zh, brand, category, producer, origin, attributes FROM jsonb_to_recordset($1::jsonb) AS folded
           (key text, name text, name_zh text, brand text, category text, producer text, origin text, attributes jsonb)
    ON CONFLICT (key) DO UPDATE SET name = excluded.name, name_zh = excluded.name_zh, brand = excluded.brand,
      category = excluded.category, producer = excluded.producer, origin = excluded.origin, attributes = excluded.attributes`,
  share: `
    INSERT INTO access_share (id, owner, with_party, products, event_from, event_until, opened_at, closed_at)
    SELECT id, owner, with_party, products, event_from, event_until, opened_at, closed_at FROM jsonb_to_recordset($1::jsonb) AS folded
           (id text, owner text, with_party text, products text[], event_from timestamptz, event_until timestamptz, opened_at timestamptz, closed_at timestamptz)
    WHERE owner IS NOT NULL
    ON CONFLICT (id) DO UPDATE SET closed_at = excluded.closed_at`,
};
