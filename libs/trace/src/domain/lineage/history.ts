import { describeKey } from '@suyuan/gs1';
import { thingsOf } from '../facts/mentions';
import { fromNano } from '../facts/quantity';
import { microsToTime } from '../facts/time';
import { Posting } from '../world/ledger';
import { EventHead, GraphSource, headOf } from './graph-source';
import { EventPlace, readPlace, writePlace } from './event-place';
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
  /** Of a transformation: whether it went in or came out; what came out is meant by its dates. */
  readonly side?: 'input' | 'output';
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

/** Some of a timeline; without `next` there is no more. */
export interface HistoryPage {
  readonly items: readonly HistoryEntry[];
  /** The place of the last item, an `EVENT_PLACE`: where the next page goes on, whatever is captured meanwhile. */
  readonly next?: string;
}

/**
 * The timeline of a code, oldest first: a thing's events and its containers' while it was inside; a lot's movements. A
 * lot's are read page by page: there may be a million.
 * @param after the `next` of the page before; '' for the first
 * @param limit at most so many entries; a page with fewer may still have a `next`
 */
export async function historyPage(source: GraphSource, key: string, after: string, limit: number): Promise<HistoryPage> {
  const { kind } = describeKey(key);
  if (kind === 'lot' || kind === 'class') return lotHistory(source, key, after, limit);
  const all = await thingHistory(source, key);
  const from = after === '' ? 0 : indexAfter(all, readPlace(after));
  const page = all.slice(from, from + limit);
  const last = page.at(-1);
  return {
    items: page.map(({ entry }) => entry),
    ...(last === undefined || from + limit >= all.length ? {} : { next: writePlace(last.place) }),
  };
}

interface Placed {
  readonly place: EventPlace;
  readonly entry: HistoryEntry;
}

/** Behind the entry that came last; where a correction has taken that away, from its time on. */
function indexAfter(all: readonly Placed[], { atMicros, eventId }: EventPlace): number {
  const last = all.findIndex(({ place }) => place.eventId === eventId && place.atMicros === atMicros);
  if (last >= 0) return last + 1;
  const later = all.findIndex(({ place }) => place.atMicros >= atMicros);
  return later < 0 ? all.length : later;
}

async function thingHistory(source: GraphSource, key: string): Promise<Placed[]> {
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
  const entries: Placed[] = [];
  const nodes = new Set(spans.map(({ node }) => node));
  for (const { event, recordTimeMicros, capturingParty } of facts) {
    const names = new Set<string>();
    for (const item of thingsOf(event)) if (nodes.has(item.key)) names.add(item.key);
    const span = spans.find(
      ({ node, from, to }) => names.has(node) && event.eventTimeMicros >= from && event.eventTimeMicros <= to,
    );
    if (span === undefined) continue;
    const { eventId, recordTimeMicros: _, ...said } = headOf(event, recordTimeMicros);
    const entry: HistoryEntry = {
      eventId,
      at: microsToTime(event.eventTimeMicros),
      recordedAt: microsToTime(recordTimeMicros),
      ...said,
      party: capturingParty,
      place: event.bizLocation ?? event.readPoint ?? null,
      ...(names.has(key) ? {} : { via: span.node }),
    };
    const isOutput = event.outputs.some((output) => names.has(output.key));
    entries.push({ place: { atMicros: event.eventTimeMicros, eventId }, entry: onSide(entry, isOutput) });
  }
  return entries;
}

/** What a transformation says of dates is meant of its outputs. */
function onSide(entry: HistoryEntry, isOutput: boolean): HistoryEntry {
  if (entry.type !== 'TransformationEvent') return entry;
  if (isOutput) return { ...entry, side: 'output' };
  const { productionDate: _, expiry: __, ...rest } = entry;
  return { ...rest, side: 'input' };
}

async function lotHistory(source: GraphSource, key: string, after: string, limit: number): Promise<HistoryPage> {
  const selection = await selectCode(source, key);
  const cohorts = [...selection.cohorts.values()].map(({ cohort }) => cohort);
  const { postings, next } = await source.postingsByEvent(cohorts, after, limit);
  const events = new Map<string, Posting[]>();
  for (const posting of postings) {
    const known = events.get(posting.eventId);
    if (known === undefined) events.set(posting.eventId, [posting]);
    else known.push(posting);
  }
  const heads = new Map((await source.headsOf([...events.keys()])).map((head) => [head.eventId, head]));
  const items = [...events.values()].map((ofEvent) => lotEntry(ofEvent, heads.get(ofEvent[0]?.eventId ?? '')));
  return { items, ...(next === undefined ? {} : { next }) };
}

/** What one event did to a lot: what each account gained or lost. */
function lotEntry(postings: readonly Posting[], head: EventHead | undefined): HistoryEntry {
  const sums = new Map<string, { movement: Omit<Movement, 'quantity'>; total: bigint }>();
  for (const { cohort, account, uom, delta } of postings) {
    const movement = {
      state: account.state,
      party: account.party,
      place: account.place,
      ...(account.state === 'in_transit' ? { from: account.from } : {}),
      product: cohort.product,
      uom,
    };
    const name = JSON.stringify(movement);
    sums.set(name, { movement, total: (sums.get(name)?.total ?? 0n) + delta });
  }
  const rank = ({ quantity, ...rest }: Movement): string => JSON.stringify([quantity > 0, rest]);
  const movements = [...sums.values()]
    .filter(({ total }) => total !== 0n)
    .map(({ movement, total }) => ({ ...movement, quantity: fromNano(total) }))
    .sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  const arrived = movements[movements.length - 1];
  const [{ eventId, atMicros } = { eventId: '', atMicros: 0 }] = postings;
  const { recordTimeMicros, eventId: _, ...said } = head ?? {};
  const isMade = postings.some(({ account, delta }) => account.state === 'created' && delta !== 0n);
  const entry: HistoryEntry = {
    eventId,
    at: microsToTime(atMicros),
    ...(recordTimeMicros === undefined ? {} : { recordedAt: microsToTime(recordTimeMicros) }),
    ...said,
    party: arrived?.party ?? null,
    place: arrived?.place ?? null,
    movements,
  };
  return onSide(entry, isMade);
}
