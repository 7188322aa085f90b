import { isTradeItem } from '@suyuan/gs1';
import { Account, account, held, isGone, onTheWay, UNEXPLAINED, UNKNOWN } from './account';
import { ONE } from './amounts';
import { release } from './release';
import { endOf, partyAt, Row, Step } from './steps';
import { OracleWorld, Own } from './world';

const UNDER_WAY = ['loading', 'unloading', 'transporting', 'staging_outbound', 'sensor_reporting'];

/** Pallets and totes: what a decommissioning empties. */
export const isCarrier = (key: string): boolean => key.startsWith('00/') || key.startsWith('8003/');

/** What a step does to a thing that it names (TRACE.md sections 3 and 7a). */
export function meet(world: OracleWorld, key: string, step: Step): void {
  const { row, event } = step;
  if (row === 'creation') create(world, key, step);
  const stay = world.stays.get(key);
  if (stay !== undefined) {
    if (row === 'creation' || row === 'rest' || row === 'void' || saysNothingNew(world, world.shown(key), step)) return;
    world.object('missing_unpack', key, step, stay.eventId);
    world.leave(key);
  }
  const before = world.own.get(key) ?? firstSight(world, key, step);
  objectToLate(world, key, before, step);
  const after = afterwards(world, key, before.at, step);
  if (row === 'end' && event.bizStep === 'decommissioning' && isCarrier(key)) {
    for (const child of world.inside(key).filter((one) => world.stays.get(one)?.parent === key))
      world.object('missing_unpack', child, step, world.stays.get(child)?.eventId ?? '');
    release(world, key, whereabouts(world, before.at, step), step);
  }
  world.put(key, after, step);
  const now = world.own.get(key);
  if (now !== undefined && isGone(after)) world.own.set(key, { ...now, goneBy: event.eventId });
}

/** The holder before the first event: source list, else the event's place, else the capturing party. */
export function firstSight(world: OracleWorld, key: string, step: Step, otherwise: Account = UNKNOWN): Own {
  const { row, place, event, captured } = step;
  if (row === 'creation') {
    const at = heldThere(world, undefined, step);
    world.begin(key, account('created', at.party, at.place), at, step);
  } else {
    objectToOrigin(world, key, step);
    const source = endOf(world.view, event.sources);
    const there = partyAt(world.view, place);
    const party = source.party ?? there ?? captured.capturingParty;
    const own = source.party === null || there === source.party ? place : null;
    const at = source.party === null ? place : (source.place ?? own);
    world.begin(key, UNEXPLAINED, party === null && at === null ? otherwise : held(party, at), step);
  }
  return world.own.get(key) as Own;
}

/** Nobody ever made this trade item. Asked of all events, not only of those up to now. */
export function objectToOrigin(world: OracleWorld, key: string, step: Step): void {
  if (isTradeItem(key) && !world.made.has(key)) world.object('unknown_origin', key, step);
}

function create(world: OracleWorld, key: string, step: Step): void {
  const first = world.creation.get(key);
  if (first !== undefined) return world.object('duplicate_commission', key, step, first.event.eventId);
  world.creation.set(key, step);
  if (world.shown(key) === undefined) return;
  const { party } = heldThere(world, undefined, step);
  const origin = account('created', party, step.place);
  const { eventTimeMicros: micros, eventId } = step.event;
  world.touches.push({ goods: key, at: origin, micros, eventId, uom: 'EA', delta: -ONE });
  world.touches.push({ goods: key, at: UNEXPLAINED, micros, eventId, uom: 'EA', delta: ONE });
  world.origin.set(key, origin);
}

function heldThere(world: OracleWorld, before: Account | undefined, { place, captured }: Step): Account {
  const party = partyAt(world.view, place) ?? before?.party ?? captured.capturingParty;
  const at = place ?? before?.place ?? null;
  return party === null && at === null ? UNKNOWN : held(party, at);
}

/** Where things are on coming out of something that was on `before`. */
export function whereabouts(world: OracleWorld, before: Account, step: Step): Account {
  if (step.place !== null) return heldThere(world, before, step);
  return isGone(before) ? held(before.party, before.place) : before;
}

/** A shipment of what is on its way already, or to who has it. */
function saysNothingNew(world: OracleWorld, now: Own | undefined, { row, event }: Step): boolean {
  if (row !== 'outbound' || now === undefined || isGone(now.at) || now.at.state === 'unknown') return false;
  const to = endOf(world.view, event.destinations).party;
  return to === null ? now.at.state === 'in_transit' : to === now.at.party;
}

export function objectToLate(world: OracleWorld, key: string, before: Own, step: Step): void {
  const { row, event } = step;
  if (!isGone(before.at)) return;
  const isReturn = row === 'inbound' && event.disposition === 'returned';
  if (before.at.state !== 'sold') world.object('seen_after_end', key, step, before.goneBy);
  else if (row === 'sale') world.object('sold_twice', key, step, before.goneBy);
  else if (!isReturn) world.object('seen_after_sale', key, step, before.goneBy);
}

/** Somebody has it whom no recorded move brought it. A shipment without consignee may have brought it to anybody. */
export function objectToTransfer(world: OracleWorld, key: string, before: Account, party: string | null, step: Step): void {
  if (isGone(before) || before.state === 'unknown' || before.party === null || party === null) return;
  if (party === before.party || (before.state === 'in_transit' && party === before.from)) return;
  world.object('unrecorded_transfer', key, step, world.own.get(key)?.eventId ?? '');
}

function afterwards(world: OracleWorld, key: string, before: Account, step: Step): Account {
  const rows: Record<Row, () => Account> = {
    creation: () => heldThere(world, before, step),
    input: () => away(world, key, before, 'consumed', step),
    sale: () => away(world, key, before, 'sold', step),
    end: () => away(world, key, before, step.event.bizStep === 'decommissioning' ? 'decommissioned' : 'destroyed', step),
    void: () => {
      if (before.state === 'in_transit') return held(before.from, world.own.get(key)?.leftPlace ?? null);
      return isGone(before) ? heldThere(world, before, step) : before;
    },
    inbound: () => received(world, key, before, step),
    outbound: () => shipped(world, key, before, step),
    rest: () => seen(world, key, before, step),
  };
  return rows[step.row]();
}

function away(world: OracleWorld, key: string, before: Account, state: string, step: Step): Account {
  const last = before.state === 'in_transit' ? before.from : before.party;
  const party = partyAt(world.view, step.place) ?? last ?? step.captured.capturingParty;
  objectToTransfer(world, key, before, party, step);
  return account(state, party, step.place ?? before.place);
}

function received(world: OracleWorld, key: string, before: Account, step: Step): Account {
  const { place, captured, event } = step;
  const to = endOf(world.view, event.destinations);
  const named = to.possessor ?? partyAt(world.view, place) ?? (place === null ? to.party : null);
  if (place === null && named === null) return isGone(before) ? held(before.party, before.place) : before;
  const party = named ?? before.party ?? captured.capturingParty;
  if (before.state === 'held' && before.party !== null && party !== null && before.party !== party)
    world.objectToAmount('unmatched_receipt', key, step, ONE, 'EA', world.own.get(key)?.eventId ?? '');
  return held(party, place);
}

function shipped(world: OracleWorld, key: string, before: Account, step: Step): Account {
  if (saysNothingNew(world, world.own.get(key), step)) return before;
  const to = endOf(world.view, step.event.destinations).party;
  const sender = endOf(world.view, step.event.sources).party ?? partyAt(world.view, step.place);
  if (before.state !== 'in_transit') return onTheWay(before.party ?? sender ?? step.captured.capturingParty, to);
  if (sender === null || sender !== before.party) return onTheWay(before.from, to);
  world.put(key, held(sender, step.place), step);
  return onTheWay(sender, to);
}

function seen(world: OracleWorld, key: string, before: Account, step: Step): Account {
  if (step.place === null) return isGone(before) ? held(before.party, before.place) : before;
  const there = partyAt(world.view, step.place);
  if (before.state === 'in_transit') {
    if (there === null || UNDER_WAY.includes(step.event.bizStep ?? '')) return before;
    objectToTransfer(world, key, before, there, step);
    return held(there, step.place);
  }
  const after = heldThere(world, before, step);
  objectToTransfer(world, key, before, after.party, step);
  return after;
}
