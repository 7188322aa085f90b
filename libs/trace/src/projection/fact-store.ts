import { copyLine, numbers, Sql, texts, Transaction } from '@suyuan/platform';
import { gtinOf } from '@suyuan/gs1';
import { CanonicalEvent } from '@suyuan/epcis';
import { Fact } from '../domain/facts/fact';
import { isCreating, lotClaims, stockNode, stocksOf, thingsOf } from '../domain/facts/mentions';
import { EventHead, headOf, SAID } from '../domain/lineage/graph-source';
import { GraphNames } from './graph-names';

export const placeNode = (place: string): string => `place:${place}`;
export const lotNode = (lot: string): string => `lot:${lot}`;
export const gtinNode = (gtin: string): string => `gtin:${gtin}`;
export const transformationNode = (name: string): string => `transformation:${name}`;

const isNode = (name: string): boolean => /^(stock|place|lot|gtin|transformation):/.test(name);

/** Under what an event must be found again beside the things it names: stocks, places, and what things may be asked by. */
export function nodesOf(event: CanonicalEvent): Set<string> {
  const nodes = new Set<string>();
  const creating = isCreating(event);
  for (const item of thingsOf(event)) {
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
  return nodes;
}

/** Every place that an event names. */
export function placesOf(event: CanonicalEvent): string[] {
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
const FACT = 'position, record_time_micros, declaration, by_authority, capturing_party, event';

/** Facts and the index by which they are found. Facts are never changed; the index is what makes a late event cheap. */
export class FactStore {
  // Few rows of large tables, looked up one by one: OFFSET 0 keeps the planner, which knows nothing of how few they are
  // and in a store that has just grown little of how large the tables, from reading the tables whole.
  private readonly forkOfEach: string;
  private readonly mentionsOfEach: string;

  constructor(
    private readonly schema: string,
    private readonly names: GraphNames,
  ) {
    this.forkOfEach = `CROSS JOIN LATERAL (
      SELECT forked_from, forked_at FROM ${schema}.bundle WHERE id = c.id AND forked_from IS NOT NULL OFFSET 0) b`;
    this.mentionsOfEach = `CROSS JOIN LATERAL (
      SELECT position FROM ${schema}.bundle_mention WHERE bundle_id = c.id AND (c.until IS NULL OR position < c.until) OFFSET 0) m`;
  }

  /** @param horizonMicros events later than this are noted as awaited */
  async add(tx: Transaction, facts: readonly Fact[], horizonMicros: number): Promise<void> {
    if (facts.length === 0) return;
    tx.sendLines(
      `COPY ${this.schema}.fact (position, event_time_micros, record_time_micros, event_id, declaration, by_authority, capturing_party, event) FROM STDIN`,
      facts.map((fact) =>
        copyLine([
          fact.position,
          fact.event.eventTimeMicros,
          fact.recordTimeMicros,
          fact.event.eventId,
          fact.declaration,
          fact.byAuthority,
          fact.capturingParty,
          JSON.stringify(fact.event),
        ]),
      ),
    );
    this.names.events.note(
      facts.filter(({ declaration }) => !declaration).map(({ position, event }) => ({ position, eventId: event.eventId })),
    );
    const awaited = facts.filter(({ event, declaration }) => !declaration && event.eventTimeMicros > horizonMicros);
    if (awaited.length > 0)
      tx.send(
        `INSERT INTO ${this.schema}.awaited (event_time_micros, position) SELECT * FROM unnest($1::bigint[], $2::bigint[])`,
        [numbers(awaited.map(({ event }) => event.eventTimeMicros)), numbers(awaited.map(({ position }) => position))],
      );
    await this.addMentions(tx, facts);
  }

  private async addMentions(tx: Transaction, facts: readonly Fact[]): Promise<void> {
    const positions = new Map<string, number[]>();
    for (const { event, position } of facts) {
      for (const node of nodesOf(event)) {
        const known = positions.get(node);
        if (known === undefined) positions.set(node, [position]);
        else known.push(position);
      }
    }
    const ids = await this.names.nodes.idsOf(tx, positions.keys());
    tx.sendLines(
      `COPY ${this.schema}.mention (node_id, first_position, positions) FROM STDIN`,
      [...positions].map(([node, list]) => copyLine([ids(node), list[0], numbers(list)])),
    );
  }

  /** Facts that name any of these things or nodes, with everything said under the same event ids (originals, declarations). */
  async naming(sql: Sql, names: readonly string[]): Promise<Fact[]> {
    if (names.length === 0) return [];
    // A thing's key may look like a node's name, a node's name never like a key that needs no look-up.
    const nodes = await this.names.nodes.knownIds(sql, names.filter(isNode));
    const rows = await sql.query<FactRow>(
      `${this.named}
       SELECT ${FACT} FROM named
       UNION ALL
       SELECT ${FACT} FROM ${this.schema}.fact WHERE declaration AND event_id IN (SELECT event_id FROM named) AND position NOT IN (SELECT position FROM found)
       ORDER BY position`,
      [texts(names), numbers(nodes)],
    );
    return this.read(rows);
  }

  /** Where the facts stand that `naming` would give, and how long the text of each is. @param most no more than so many are told */
  async positionsNaming(sql: Sql, names: readonly string[], most: number): Promise<{ position: number; bytes: number }[]> {
    if (names.length === 0) return [];
    const nodes = await this.names.nodes.knownIds(sql, names.filter(isNode));
    return sql.query(
      `${this.named}
       SELECT position, octet_length(event) AS bytes FROM named
       UNION ALL
       SELECT position, octet_length(event) FROM ${this.schema}.fact WHERE declaration AND event_id IN (SELECT event_id FROM named) AND position NOT IN (SELECT position FROM found)
       LIMIT $3`,
      [texts(names), numbers(nodes), most],
    );
  }

  /** The facts that name things `$1` or nodes of the ids `$2`. */
  private get named(): string {
    // A thing's events: those of its bundle, and of the bundles that was split from, before it was.
    return `WITH RECURSIVE chain AS (
         SELECT DISTINCT bundle_id AS id, NULL::bigint AS until FROM ${this.schema}.unit WHERE key = ANY($1::text[])
         UNION
         SELECT b.forked_from, b.forked_at FROM chain c ${this.forkOfEach}),
       found AS (
         SELECT m.position FROM chain c ${this.mentionsOfEach}
         UNION SELECT unnest(positions) FROM ${this.schema}.mention WHERE node_id = ANY($2::bigint[])),
       named AS (
         SELECT f.* FROM found n CROSS JOIN LATERAL (SELECT * FROM ${this.schema}.fact WHERE position = n.position OFFSET 0) f)`;
  }

  /** Which of these things and nodes are named at which positions; a name may come with a position twice. */
  async placesNaming(sql: Sql, names: readonly string[]): Promise<{ name: string; position: number }[]> {
    const things = `WITH RECURSIVE chain AS (
         SELECT key AS name, bundle_id AS id, NULL::bigint AS until FROM ${this.schema}.unit WHERE key = ANY($1::text[])
         UNION
         SELECT c.name, b.forked_from, b.forked_at FROM chain c ${this.forkOfEach})
       SELECT c.name, m.position FROM chain c ${this.mentionsOfEach}`;
    const nodes = names.filter(isNode);
    // Mostly there are none, and planning takes longer than finding.
    if (nodes.length === 0) return sql.query(things, [texts(names)]);
    return sql.query(
      `${things}
       UNION ALL
       SELECT n.name, unnest(m.positions) FROM ${this.schema}.node n JOIN ${this.schema}.mention m ON m.node_id = n.id WHERE n.name = ANY($2::text[])`,
      [texts(names), texts(nodes)],
    );
  }

  /** The facts at these positions, each with the length of its text. */
  async at(sql: Sql, positions: readonly number[]): Promise<{ fact: Fact; chars: number }[]> {
    if (positions.length === 0) return [];
    const rows = await sql.query<FactRow>(`SELECT ${FACT} FROM ${this.schema}.fact WHERE position = ANY($1::bigint[])`, [
      numbers(positions),
    ]);
    return this.read(rows).map((fact, index) => ({ fact, chars: rows[index]?.event.length ?? 0 }));
  }

  /** The facts at these positions, in order, for who goes through very many: nothing of them is remembered. */
  async passing(sql: Sql, positions: readonly number[]): Promise<Fact[]> {
    const rows = await sql.query<FactRow>(
      `SELECT ${FACT} FROM ${this.schema}.fact WHERE position = ANY($1::bigint[]) ORDER BY position`,
      [numbers(positions)],
    );
    return rows.map(toFact);
  }

  /** The error declarations under these event ids. */
  async declarationsOf(sql: Sql, eventIds: readonly string[]): Promise<Fact[]> {
    if (eventIds.length === 0) return [];
    const rows = await sql.query<FactRow>(
      `SELECT ${FACT} FROM ${this.schema}.fact WHERE declaration AND event_id = ANY($1::text[])`,
      [texts(eventIds)],
    );
    return this.read(rows);
  }

  /** Takes out of the waiting list those whose time has come, up to a position. */
  async takeDue(tx: Transaction, upToMicros: number, upToPosition: number): Promise<Fact[]> {
    const rows = await tx.query<FactRow>(
      `WITH due AS (DELETE FROM ${this.schema}.awaited WHERE event_time_micros <= $1 AND position <= $2 RETURNING position)
       SELECT ${FACT} FROM ${this.schema}.fact WHERE position IN (SELECT position FROM due)`,
      [upToMicros, upToPosition],
    );
    return this.read(rows);
  }

  /** Those of these event ids under which an error declaration is known. */
  async voidedOf(sql: Sql, eventIds: readonly string[]): Promise<Set<string>> {
    const rows = await sql.query<{ event_id: string }>(
      `SELECT DISTINCT event_id FROM ${this.schema}.fact WHERE declaration AND event_id = ANY($1::text[])`,
      [texts(eventIds)],
    );
    return new Set(rows.map((row) => row.event_id));
  }

  /** What these events say of themselves; their goods, which may be very many, are not read. */
  async headsOf(sql: Sql, eventIds: readonly string[]): Promise<EventHead[]> {
    if (eventIds.length === 0) return [];
    const members = ['eventId', 'type', ...SAID].map((member) => `"${member}" text`).join(', ');
    const rows = await sql.query<CanonicalEvent & { record_time_micros: number }>(
      `SELECT f.record_time_micros, h.* FROM ${this.schema}.fact f CROSS JOIN LATERAL json_to_record(f.event::json) AS h(${members})
        WHERE hashtextextended(f.event_id, 0) IN (SELECT hashtextextended(id, 0) FROM unnest($1::text[]) AS id)
          AND f.event_id = ANY($1::text[]) AND NOT f.declaration`,
      [texts(eventIds)],
    );
    return rows.map(({ record_time_micros, ...said }) => {
      const told = Object.entries(said).filter(([, value]) => value !== null);
      return headOf(Object.fromEntries(told) as unknown as CanonicalEvent, record_time_micros);
    });
  }

  /** All facts under these event ids. */
  async withEventIds(sql: Sql, eventIds: readonly string[]): Promise<Fact[]> {
    const rows = await sql.query<FactRow>(
      `SELECT ${FACT} FROM ${this.schema}.fact
        WHERE hashtextextended(event_id, 0) IN (SELECT hashtextextended(id, 0) FROM unnest($1::text[]) AS id) AND event_id = ANY($1::text[])`,
      [texts(eventIds)],
    );
    return this.read(rows);
  }

  private read(rows: readonly FactRow[]): Fact[] {
    const facts = rows.map(toFact);
    this.names.events.note(
      facts.filter(({ declaration }) => !declaration).map(({ position, event }) => ({ position, eventId: event.eventId })),
    );
    return facts;
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
