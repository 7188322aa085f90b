import { CanonicalEvent } from '@suyuan/epcis';
import { CustodyRow, isUnderWay } from '../facts/biz-step';
import { ONE, EACH } from '../facts/quantity';
import { EventParties } from '../facts/parties';
import { Account, accountName, created, gone, held, inTransit, isGone, UNEXPLAINED, UNKNOWN } from './account';
import { releaseContents } from './release';
import { Moment } from './ledger';
import { outermost, ownAmount, Thing } from './thing';
import { World } from './world';

/** One event as it meets one thing. */
export interface Meeting {
  readonly event: CanonicalEvent;
  readonly row: CustodyRow;
  /** Where it happened, as far as the event's row looks. */
  readonly place: string | null;
  readonly parties: EventParties;
  readonly moment: Moment;
}

/** What an event that names a thing does to it (TRACE.md section 3 and 7a), contents going along. */
export function meet(world: World, thing: Thing, meeting: Meeting): void {
  const { row, moment } = meeting;
  if (row === 'creation') noteCreation(world, thing, meeting);
  if (thing.parent !== undefined) {
    world.reachUp(thing);
    if (row === 'creation' || row === 'rest' || row === 'void_shipping' || changesNothing(outermost(thing).custody, meeting))
      return;
    leaveUnpacked(world, thing, moment);
  }
  const before = thing.custody ?? firstHolder(world, thing, meeting);
  objectToLateSighting(world, thing, before, meeting);
  const after = next(world, thing, before, meeting);
  if (row === 'end' && meeting.event.bizStep === 'decommissioning' && thing.isCarrier) {
    releaseContents(world, thing, releasedTo(meeting, before), moment, 'missing_unpack');
  }
  // What it came to may have taken two moves: a receipt that nobody recorded, then the event's own.
  setCustody(world, thing, thing.custody ?? before, after, moment);
  if (isGone(after)) thing.goneBy = moment.eventId;
}

/** Books the thing under its new account. An unchanged account keeps its `since`. */
export function setCustody(world: World, thing: Thing, before: Account, after: Account, moment: Moment): void {
  if (after.state === 'in_transit' && before.state !== 'in_transit') thing.shippedFrom = before.place;
  if (accountName(before) === accountName(after) && thing.custody !== undefined) return;
  world.transfer(thing, before, after, moment);
  thing.custody = after;
  thing.lastSeen = after.place;
  thing.custodySinceMicros = moment.atMicros;
  thing.custodyEventId = moment.eventId;
}

/** Takes a thing out of its container without an unpacking event: it leaves where the container was. */
export function leaveUnpacked(world: World, thing: Thing, moment: Moment): void {
  const top = outermost(thing);
  world.ledger.raise('missing_unpack', thing.key, moment, [thing.parentEventId, moment.eventId]);
  takeCustodyOf(thing, top);
  world.closeStay(thing, moment);
}

/** On leaving, a thing is held as its container was; nothing is booked, the account is the same. */
export function takeCustodyOf(thing: Thing, container: Thing): void {
  thing.custody = container.custody;
  thing.lastSeen = container.lastSeen;
  thing.shippedFrom = container.shippedFrom;
  thing.custodySinceMicros = Math.max(container.custodySinceMicros, thing.parentSinceMicros);
  thing.custodyEventId = container.custodyEventId;
  thing.goneBy = container.custody !== undefined && isGone(container.custody) ? container.goneBy : undefined;
}

/**
 * The account of a thing before its first known event: source list, else the event's place, else the capturing party.
 * Booked from `created` by a creation, else from `unexplained`.
 */
export function firstHolder(world: World, thing: Thing, meeting: Meeting, fallback?: Account): Account {
  const { parties, moment, row } = meeting;
  let account: Account;
  if (row === 'creation') {
    account = heldAt(meeting, undefined);
  } else {
    const { place } = meeting;
    const source = parties.source;
    const party = source ?? parties.ofPlace(place) ?? parties.capturing;
    const at = source === null ? place : (parties.sourceLocation ?? (parties.ofPlace(place) === source ? place : null));
    account = party === null && at === null ? (fallback ?? UNKNOWN) : held(party, at);
    objectToOrigin(world, thing, moment);
  }
  const origin = row === 'creation' ? created(account.party, account.place) : UNEXPLAINED;
  for (const { cohort, uom, amount, touches } of world.load(thing))
    world.ledger.move(cohort, uom, origin, account, amount, moment, touches);
  thing.custody = account;
  thing.lastSeen = account.place;
  thing.custodySinceMicros = moment.atMicros;
  thing.custodyEventId = moment.eventId;
  return account;
}

/** A trade item that no event made, at the first event that speaks of it. */
export function objectToOrigin(world: World, thing: Thing, moment: Moment): void {
  if (thing.isTradeItem && !world.claimsOf(thing.key).created)
    world.ledger.raise('unknown_origin', thing.key, moment, [moment.eventId]);
}

function next(world: World, thing: Thing, before: Account, meeting: Meeting): Account {
  const { row, event } = meeting;
  switch (row) {
    case 'creation':
      return heldAt(meeting, before);
    case 'input':
      return leaving(world, thing, before, 'consumed', meeting);
    case 'sale':
      return leaving(world, thing, before, 'sold', meeting);
    case 'end':
      return leaving(world, thing, before, event.bizStep === 'decommissioning' ? 'decommissioned' : 'destroyed', meeting);
    case 'void_shipping':
      if (before.state === 'in_transit') return held(before.from, thing.shippedFrom);
      return isGone(before) ? heldAt(meeting, before) : before;
    case 'inbound':
      return received(world, thing, before, meeting);
    case 'outbound':
      return shipped(world, thing, before, meeting);
    case 'rest':
      if (meeting.place === null) return isGone(before) ? held(before.party, before.place) : before;
      return before.state === 'in_transit'
        ? seenUnderWay(world, thing, before, meeting)
        : seenHeld(world, thing, before, meeting);
  }
}

/** Held at the event's place by its party; where the place tells no party, by the holder so far, else by who captured it. */
export function heldAt({ parties, place }: Meeting, before: Account | undefined): Account {
  const party = parties.ofPlace(place) ?? before?.party ?? parties.capturing;
  const at = place ?? before?.place ?? null;
  return party === null && at === null ? UNKNOWN : held(party, at);
}

/** Where goods come out of a container that was under `before`: at the event's place, else where the container was. */
export function releasedTo(meeting: Meeting, before: Account): Account {
  if (meeting.place !== null) return heldAt(meeting, before);
  return isGone(before) ? held(before.party, before.place) : before;
}

function seenHeld(world: World, thing: Thing, before: Account, meeting: Meeting): Account {
  const after = heldAt(meeting, before);
  if (!isGone(before)) inferTransfer(world, thing, before, after.party, meeting.moment);
  return after;
}

/** Goods in transit, sighted (TRACE.md 7a): handling on the way moves the last-seen place only, other steps end the way. */
function seenUnderWay(world: World, thing: Thing, before: Account, meeting: Meeting): Account {
  const party = meeting.parties.ofPlace(meeting.place);
  if (isUnderWay(meeting.event) || party === null) {
    thing.lastSeen = meeting.place;
    return before;
  }
  inferTransfer(world, thing, before, party, meeting.moment);
  return held(party, meeting.place);
}

function received(world: World, thing: Thing, before: Account, { parties, place, moment }: Meeting): Account {
  const party = parties.destinationPossessor ?? parties.ofPlace(place) ?? (place === null ? parties.destination : null);
  if (place === null && party === null) return isGone(before) ? held(before.party, before.place) : before;
  const receiver = party ?? before.party ?? parties.capturing;
  if (before.state === 'held' && before.party !== null && receiver !== null && before.party !== receiver) {
    world.ledger.raise('unmatched_receipt', thing.key, moment, [thing.custodyEventId, moment.eventId], {
      amount: ONE,
      uom: EACH,
    });
  }
  return held(receiver, place);
}

/** An outbound step that says nothing new: later sightings never erase a shipment. */
function changesNothing(before: Account | undefined, { row, parties }: Meeting): boolean {
  if (row !== 'outbound' || before === undefined || isGone(before) || before.state === 'unknown') return false;
  const to = parties.destination;
  return to === null ? before.state === 'in_transit' : to === before.party;
}

function shipped(world: World, thing: Thing, before: Account, meeting: Meeting): Account {
  if (changesNothing(before, meeting)) return before;
  const { parties, place, moment } = meeting;
  const to = parties.destination;
  const sender = parties.source ?? parties.ofPlace(place);
  if (before.state === 'in_transit') {
    if (sender === null || sender !== before.party) return inTransit(before.from, to);
    // Who awaited the goods sends them on: it had them, though nobody recorded the receipt.
    setCustody(world, thing, before, held(sender, place), moment);
    return inTransit(sender, to);
  }
  return inTransit(before.party ?? sender ?? parties.capturing, to);
}

function leaving(
  world: World,
  thing: Thing,
  before: Account,
  state: 'sold' | 'consumed' | 'destroyed' | 'decommissioned',
  meeting: Meeting,
): Account {
  const { parties, place, moment } = meeting;
  const lastHolder = before.state === 'in_transit' ? before.from : before.party;
  const party = parties.ofPlace(place) ?? lastHolder ?? parties.capturing;
  if (!isGone(before)) inferTransfer(world, thing, before, party, moment);
  return gone(state, party, place ?? before.place);
}

/** Somebody has the goods whom no recorded move brought them: the move is inferred, and said. */
export function inferTransfer(world: World, thing: Thing, before: Account, party: string | null, moment: Moment): void {
  if (party === null || before.state === 'unknown') return;
  if (before.party === null) return; // a holder nobody knows, or a shipment that names no consignee: it may have come here
  if (party === before.party || (before.state === 'in_transit' && party === before.from)) return;
  world.ledger.raise('unrecorded_transfer', thing.key, moment, [thing.custodyEventId, moment.eventId]);
}

/** A thing seen after its sale or end is held again, with the exception; a declared return is no contradiction. */
export function objectToLateSighting(world: World, thing: Thing, before: Account, { row, event, moment }: Meeting): void {
  if (!isGone(before)) return;
  const proof = [thing.goneBy ?? '', moment.eventId];
  if (before.state !== 'sold') world.ledger.raise('seen_after_end', thing.key, moment, proof);
  else if (row === 'sale') world.ledger.raise('sold_twice', thing.key, moment, proof);
  else if (!(row === 'inbound' && event.disposition === 'returned'))
    world.ledger.raise('seen_after_sale', thing.key, moment, proof);
}

function noteCreation(world: World, thing: Thing, meeting: Meeting): void {
  const { moment, place } = meeting;
  if (thing.creationEventId !== undefined) {
    world.ledger.raise('duplicate_commission', thing.key, moment, [thing.creationEventId, moment.eventId]);
    return;
  }
  thing.creationEventId = moment.eventId;
  thing.creationMicros = moment.atMicros;
  thing.creationPlace = place;
  // It was seen before it was made: the creation explains where it came from.
  if (outermost(thing).custody === undefined || !world.isBooked(thing.key)) return;
  const { party } = heldAt(meeting, undefined);
  world.ledger.move(thing.cohort, EACH, created(party, place), UNEXPLAINED, ownAmount(thing), moment, thing.count);
}
