import { describeKey } from '@suyuan/gs1';
import { fromNano } from '../facts/quantity';
import { stockNode, thingsOf } from '../facts/mentions';
import { microsToTime } from '../facts/time';
import { GraphSource } from './graph-source';
import { selectCode } from './selection';

/** One event in the life of a thing, or one movement of a lot. */
export interface HistoryEntry {
  readonly eventId: string;
  /** RFC 3339 event time, and when it was recorded. */
  readonly at: string;
  readonly recordedAt?: string;
  readonly type?: string;
  readonly action?: string;
  readonly bizStep?: string;
  readonly disposition?: string;
  readonly party: string | null;
  readonly place: string | null;
  /** The container it happened to, when it did not name the thing itself. */
  readonly via?: string;
  /** As the event's ILMD says. */
  readonly productionDate?: string;
  readonly expiry?: string;
  /** Ledger movements of a lot. */
  readonly movements?: readonly {
    state: string;
    party: string | null;
    place: string | null;
    from?: string | null;
    product: string;
    quantity: number;
    uom: string;
  }[];
}

type Movement = NonNullable<HistoryEntry['movements']>[number];

/** The timeline of a code, oldest first: a thing's events and its containers' while it was inside; a lot's movements. */
export async function historyOf(source: GraphSource, key: string): Promise<HistoryEntry[]> {
  const { kind } = describeKey(key);
  return kind === 'lot' || kind === 'class' ? lotHistory(source, key) : thingHistory(source, key);
}

async function thingHistory(source: GraphSource, key: string): Promise<HistoryEntry[]> {
  const { world, facts } = await source.lifeOf(key);
  const spans: { node: string; from: number; to: number }[] = [{ node: key, from: -Infinity, to: Infinity }];
  for (let next = 0; next < spans.length; next++) {
    const span = spans[next];
    if (span === undefined) continue;
    for (const stay of world.stays) {
      if (stay.child !== span.node) continue;
      const from = Math.max(span.from, stay.fromMicros);
      const to = Math.min(span.to, stay.toMicros ?? Infinity);
      const known = spans.some((other) => other.node === stay.parent && other.from <= from && other.to >= to);
      if (from <= to && !known) spans.push({ node: stay.parent, from, to });
    }
  }
  const entries: HistoryEntry[] = [];
  const nodes = new Set(spans.map(({ node }) => node));
  for (const { event, recordTimeMicros, capturingParty } of facts) {
    const names = new Set<string>();
    for (const item of thingsOf(event)) if (nodes.has(item.key)) names.add(item.key);
    const span = spans.find(
      ({ node, from, to }) => names.has(node) && event.eventTimeMicros >= from && event.eventTimeMicros <= to,
    );
    if (span === undefined) continue;
    const { eventId, type, eventTimeMicros } = event;
    const entry: Partial<Mutable<HistoryEntry>> = {
      eventId,
      at: microsToTime(eventTimeMicros),
      recordedAt: microsToTime(recordTimeMicros),
      type,
    };
    for (const member of SAID) if (event[member] !== undefined) entry[member] = event[member];
    entry.party = capturingParty;
    entry.place = event.bizLocation ?? event.readPoint ?? null;
    if (!names.has(key)) entry.via = span.node;
    entries.push(entry as HistoryEntry);
  }
  return entries;
}

type Mutable<Value> = { -readonly [Member in keyof Value]: Value[Member] };

/** What an entry gives as the event says it, where it does. */
const SAID = ['action', 'bizStep', 'disposition', 'productionDate', 'expiry'] as const;

async function lotHistory(source: GraphSource, key: string): Promise<HistoryEntry[]> {
  const selection = await selectCode(source, key);
  const postings = await source.postings([...selection.cohorts.values()].map(({ cohort }) => cohort));
  const entries = new Map<string, { at: number; sums: Map<string, { movement: Omit<Movement, 'quantity'>; total: bigint }> }>();
  for (const { cohort, account, uom, delta, eventId, atMicros } of postings) {
    if (delta === 0n) continue;
    const entry = entries.get(eventId) ?? {
      at: atMicros,
      sums: new Map<string, { movement: Omit<Movement, 'quantity'>; total: bigint }>(),
    };
    entries.set(eventId, entry);
    const movement = {
      state: account.state,
      party: account.party,
      place: account.place,
      ...(account.state === 'in_transit' ? { from: account.from } : {}),
      product: cohort.product,
      uom,
    };
    const name = JSON.stringify(movement);
    entry.sums.set(name, { movement, total: (entry.sums.get(name)?.total ?? 0n) + delta });
  }
  const facts = new Map((await source.factsNaming([stockNode(key)])).map((fact) => [fact.event.eventId, fact]));
  const rank = ({ quantity, ...rest }: Movement): string => JSON.stringify([quantity > 0, rest]);
  return [...entries]
    .sort(([a, { at: x }], [b, { at: y }]) => x - y || (a < b ? -1 : 1))
    .map(([eventId, { at, sums }]) => {
      const event = facts.get(eventId)?.event;
      const movements = [...sums.values()]
        .filter(({ total }) => total !== 0n)
        .map(({ movement, total }) => ({ ...movement, quantity: fromNano(total) }));
      const sorted = movements.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
      const arrived = sorted[sorted.length - 1];
      return {
        eventId,
        at: microsToTime(at),
        ...(event === undefined ? {} : { type: event.type }),
        ...(event?.bizStep === undefined ? {} : { bizStep: event.bizStep }),
        party: arrived?.party ?? null,
        place: arrived?.place ?? null,
        movements: sorted,
      };
    });
}
