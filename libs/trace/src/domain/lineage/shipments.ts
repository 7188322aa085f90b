import { fromNano } from '../facts/quantity';
import { microsToTime } from '../facts/time';
import { Certainty } from '../trace-reader';
import { Account, accountName } from '../world/account';
import { cohortName } from '../world/cohort';
import { Posting } from '../world/ledger';
import { Drawing } from './graph-drawing';
import { GraphSource, PostingPage } from './graph-source';
import { Selection } from './reach';

/** What goods of one product did on one account in one event. */
interface Change {
  readonly account: Account;
  delta: bigint;
  /** What of `delta` are goods possibly in question. */
  possible: bigint;
  unknowns: number;
}

interface Move {
  readonly product: string;
  readonly uom: string;
  readonly eventId: string;
  readonly atMicros: number;
  readonly changes: Map<string, Change>;
}

/** Entries that tell of shipments: what went on its way, and where it was and came to. */
const STATES = ['held', 'in_transit'] as const;
const PAGE = 5_000;

/** Draws every shipment of the goods picked, with the ends of each as nodes. */
export async function drawShipments(source: GraphSource, selection: Selection, drawing: Drawing): Promise<void> {
  const moves = new Moves();
  await addSingles(source, selection, moves, true);
  const cohorts = cohortsIn(selection);
  for (let after: string | undefined = ''; after !== undefined && cohorts.length > 0;) {
    const page: PostingPage = await source.postingsPage(cohorts, STATES, after, PAGE);
    for (const posting of page.postings) moves.add(posting, certaintyIn(selection, posting));
    after = page.next;
  }
  moves.draw(drawing);
}

/** Those of things picked one by one only. */
export async function drawSingleShipments(source: GraphSource, selection: Selection, drawing: Drawing): Promise<void> {
  const moves = new Moves();
  await addSingles(source, selection, moves, false);
  moves.draw(drawing);
}

/**
 * A page of the shipments of whole cohorts, oldest first; an event is never divided between two pages.
 * @param after the answer of the page before; '' for the first
 * @returns where the next page begins; undefined on the last
 */
export async function drawShipmentsPage(
  source: GraphSource,
  selection: Selection,
  drawing: Drawing,
  after: string,
  limit: number,
): Promise<string | undefined> {
  const cohorts = cohortsIn(selection);
  if (cohorts.length === 0) return undefined;
  const moves = new Moves();
  const first = await source.postingsPage(cohorts, STATES, after, limit);
  for (const posting of first.postings) moves.add(posting, certaintyIn(selection, posting));
  const last = first.postings.at(-1)?.eventId;
  let { next } = first;
  while (next !== undefined) {
    const more = await source.postingsPage(cohorts, STATES, next, 1);
    const [posting] = more.postings;
    if (posting !== undefined && posting.eventId !== last) break;
    if (posting !== undefined) moves.add(posting, certaintyIn(selection, posting));
    next = more.next;
  }
  moves.draw(drawing);
  return next;
}

const cohortsIn = ({ cohorts }: Selection): Posting['cohort'][] => [...cohorts.values()].map(({ cohort }) => cohort);

const certaintyIn = ({ cohorts }: Selection, { cohort }: Posting): Certainty =>
  cohorts.get(cohortName(cohort))?.certainty ?? 'possible';

/** @param counted their cohorts are added too: a thing surer than its cohort is taken out of that */
async function addSingles(source: GraphSource, selection: Selection, moves: Moves, counted: boolean): Promise<void> {
  const groups = new Map<string, { certainty: Certainty; isCounted: boolean; keys: string[] }>();
  for (const { key, cohort } of await source.things([...selection.things.keys()])) {
    const picked = selection.cohorts.get(cohortName(cohort))?.certainty;
    const certainty = selection.things.get(key) ?? 'possible';
    if (picked !== undefined && (!counted || picked === 'certain' || picked === certainty)) continue;
    const name = `${certainty} ${picked ?? ''}`;
    const group = groups.get(name) ?? { certainty, isCounted: picked !== undefined, keys: [] };
    group.keys.push(key);
    groups.set(name, group);
  }
  for (const { certainty, isCounted, keys } of groups.values()) {
    const world = await source.worldOf(keys);
    const wanted = new Set(keys.map((key) => world.things.get(key)?.cohort));
    for (const posting of world.ledger.postings) {
      if (!wanted.has(posting.cohort)) continue;
      moves.add(posting, certainty);
      if (isCounted) moves.add({ ...posting, delta: -posting.delta }, 'possible');
    }
  }
}

/** What events did, event by event and product by product. */
class Moves {
  private readonly moves = new Map<string, Move>();

  add({ cohort: { product }, uom, eventId, atMicros, account, delta, unknowns }: Posting, certainty: Certainty): void {
    if (account.state !== 'held' && account.state !== 'in_transit') return;
    const name = [eventId, product, uom].join('\n');
    const move = this.moves.get(name) ?? { product, uom, eventId, atMicros, changes: new Map<string, Change>() };
    this.moves.set(name, move);
    const change = move.changes.get(accountName(account)) ?? { account, delta: 0n, possible: 0n, unknowns: 0 };
    move.changes.set(accountName(account), change);
    change.delta += delta;
    if (certainty === 'possible') change.possible += delta;
    change.unknowns += unknowns;
  }

  draw(drawing: Drawing): void {
    for (const move of this.moves.values()) {
      for (const change of move.changes.values()) {
        if (change.account.state !== 'in_transit') continue;
        if (change.delta > 0n || change.unknowns > 0) drawDeparture(move, change, drawing);
        else if (change.delta < 0n && change.account.party === null) drawArrival(move, change, drawing);
      }
    }
  }
}

/** Goods go on their way: from who had them, else from where they were. */
function drawDeparture(move: Move, change: Change, drawing: Drawing): void {
  const { from, party } = change.account;
  drawShipment(move, change, from ?? placeLeft(move), party, drawing);
}

function placeLeft({ changes }: Move): string | null {
  const left = [...changes.values()].filter(({ account, delta }) => account.state === 'held' && delta < 0n);
  const places = left.map(({ account }) => account.place).filter((place) => place !== null);
  return places.sort()[0] ?? null;
}

/** A shipment that named nobody is told by who received it. */
function drawArrival(move: Move, change: Change, drawing: Drawing): void {
  const came = [...move.changes.values()].filter(({ account, delta }) => account.state === 'held' && delta > 0n);
  const ends = new Set(came.map(({ account }) => account.party ?? account.place));
  const [to, other] = ends;
  if (to === undefined || other !== undefined) return;
  drawShipment(move, { ...change, delta: -change.delta, possible: -change.possible }, change.account.from, to, drawing);
}

function drawShipment(
  move: Move,
  { delta, possible, unknowns }: Change,
  from: string | null,
  to: string | null,
  drawing: Drawing,
): void {
  if (from === null || to === null || from === to) return;
  for (const id of [from, to]) drawing.node({ id, kind: id.startsWith('417/') ? 'party' : 'place' });
  drawing.edge({
    from,
    to,
    kind: 'ships',
    eventId: move.eventId,
    at: microsToTime(move.atMicros),
    product: move.product,
    ...(delta > 0n ? { quantity: fromNano(delta) } : {}),
    uom: move.uom,
    certainty: possible !== 0n || unknowns > 0 ? 'possible' : 'certain',
  });
}
