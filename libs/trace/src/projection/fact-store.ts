import { Sql, Transaction } from '@suyuan/platform';
import { gtinOf } from '@suyuan/gs1';
import { CanonicalEvent } from '@suyuan/epcis';
import { Fact } from '../domain/facts/fact';
import { isCreating, lotClaims, stockNode, stocksOf, thingsOf } from '../domain/facts/mentions';
import { intern } from './intern';

export const placeNode = (place: string): string => `place:${place}`;
export const lotNode = (lot: string): string => `lot:${lot}`;
export const gtinNode = (gtin: string): string => `gtin:${gtin}`;
export const transformationNode = (name: string): string => `transformation:${name}`;

/** Every name under which an event must be found again: its things and stocks, and what those may later be asked by. */
export function nodesOf(event: CanonicalEvent): string[] {
  const nodes = new Set<string>();
  const creating = isCreating(event);
  for (const item of thingsOf(event)) {
    nodes.add(item.key);
    const gtin = gtinOf(item.key);
    if (gtin !== undefined) nodes.add(gtinNode(gtin));
  }
  for (const item of event.type === 'TransformationEvent' ? event.outputs : event.epcs) {
    for (const lot of lotClaims(event, item, creating ? 'created' : 'listed')) nodes.add(lotNode(lot));
  }
  for (const item of [...event.children, ...event.inputs]) if (item.lotKey !== undefined) nodes.add(lotNode(item.lotKey));
  for (const product of stocksOf(event)) {
    nodes.add(stockNode(product));
    const gtin = gtinOf(product);
    if (gtin !== undefined) nodes.add(gtinNode(gtin));
  }
  for (const place of placesOf(event)) nodes.add(placeNode(place));
  if (event.transformationId !== undefined) nodes.add(transformationNode(event.transformationId));
  return [...nodes];
}

function placesOf(event: CanonicalEvent): string[] {
  const ends = [...event.sources, ...event.destinations].filter(({ type }) => type === 'location').map(({ key }) => key);
  return [event.readPoint, event.bizLocation, ...ends].filter((place) => place !== undefined);
}

interface FactRow {
  position: number;
  record_time_micros: number;
  declaration: boolean;
  by_authority: boolean;
  capturing_party: string | null;
  event: string;
}

/** Facts and the index by which they are found. Facts are never changed; the index is what makes a late event cheap. */
export class FactStore {
  constructor(private readonly schema: string) {}

  async add(tx: Transaction, facts: readonly Fact[]): Promise<void> {
    if (facts.length === 0) return;
    await tx.query(
      `INSERT INTO ${this.schema}.fact (position, event_time_micros, record_time_micros, event_id, declaration, by_authority, capturing_party, event)
       SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::boolean[], $6::boolean[], $7::text[], $8::text[])
       ON CONFLICT (position) DO NOTHING`,
      [
        facts.map((fact) => fact.position),
        facts.map((fact) => fact.event.eventTimeMicros),
        facts.map((fact) => fact.recordTimeMicros),
        facts.map((fact) => fact.event.eventId),
        facts.map((fact) => fact.declaration),
        facts.map((fact) => fact.byAuthority),
        facts.map((fact) => fact.capturingParty),
        facts.map((fact) => JSON.stringify(fact.event)),
      ],
    );
    const nodes = new Set<string>();
    const named: [string, number][] = [];
    for (const { event, position } of facts) {
      for (const node of nodesOf(event)) {
        nodes.add(node);
        named.push([node, position]);
      }
    }
    const ids = await intern(tx, `${this.schema}.node`, [...nodes]);
    await tx.query(
      `INSERT INTO ${this.schema}.mention (node_id, position) SELECT * FROM unnest($1::bigint[], $2::bigint[]) ON CONFLICT DO NOTHING`,
      [named.map(([node]) => ids.get(node)), named.map(([, position]) => position)],
    );
  }

  /** Facts that name any of the nodes, with everything said under the same event ids (originals and declarations). */
  async naming(sql: Sql, nodes: readonly string[]): Promise<Fact[]> {
    if (nodes.length === 0) return [];
    const rows = await sql.query<FactRow>(
      `WITH named AS (
         SELECT f.* FROM (SELECT DISTINCT m.position FROM ${this.schema}.mention m JOIN ${this.schema}.node n ON n.id = m.node_id WHERE n.name = ANY($1::text[])) found
           JOIN ${this.schema}.fact f USING (position))
       SELECT position, record_time_micros, declaration, by_authority, capturing_party, event FROM named
       UNION
       SELECT d.position, d.record_time_micros, d.declaration, d.by_authority, d.capturing_party, d.event
         FROM ${this.schema}.fact d WHERE d.declaration AND d.event_id IN (SELECT event_id FROM named)
       ORDER BY position`,
      [nodes],
    );
    return rows.map(toFact);
  }

  /** Facts whose time has come: known, but later than the old horizon and not later than the new one. */
  async dueBetween(sql: Sql, afterMicros: number, upToMicros: number, upToPosition: number): Promise<Fact[]> {
    const rows = await sql.query<FactRow>(
      `SELECT position, record_time_micros, declaration, by_authority, capturing_party, event FROM ${this.schema}.fact
        WHERE event_time_micros > $1 AND event_time_micros <= $2 AND position <= $3`,
      [afterMicros, upToMicros, upToPosition],
    );
    return rows.map(toFact);
  }

  /** Those of these event ids under which an error declaration is known. */
  async voidedOf(sql: Sql, eventIds: readonly string[]): Promise<Set<string>> {
    const rows = await sql.query<{ event_id: string }>(
      `SELECT DISTINCT event_id FROM ${this.schema}.fact WHERE declaration AND event_id = ANY($1::text[])`,
      [eventIds],
    );
    return new Set(rows.map((row) => row.event_id));
  }

  /** All facts under these event ids. */
  async withEventIds(sql: Sql, eventIds: readonly string[]): Promise<Fact[]> {
    const rows = await sql.query<FactRow>(
      `SELECT position, record_time_micros, declaration, by_authority, capturing_party, event FROM ${this.schema}.fact WHERE event_id = ANY($1::text[])`,
      [eventIds],
    );
    return rows.map(toFact);
  }
}

function toFact(row: FactRow): Fact {
  return {
    position: row.position,
    recordTimeMicros: row.record_time_micros,
    event: JSON.parse(row.event) as CanonicalEvent,
    declaration: row.declaration,
    byAuthority: row.by_authority,
    capturingParty: row.capturing_party,
  };
}
