import { Item } from '@suyuan/epcis';
import { productQuantities, stockNode } from '../facts/mentions';
import { baseUom, EACH, toBase } from '../facts/quantity';
import { Account, held, isGone, UNKNOWN } from './account';
import {
  firstHolder,
  inferTransfer,
  leaveUnpacked,
  meet,
  Meeting,
  objectToLateSighting,
  objectToOrigin,
  releasedTo,
} from './custody';
import { releaseChild, releaseContents, releaseQuantity } from './release';
import { isInside, outermost, ownAmount, Thing, withContents } from './thing';
import { World } from './world';

/**
 * Aggregation and Association events (TRACE.md section 4). They are events of their parent too: what the step says of
 * custody happens to the parent, before the packing where it says where the parent is, after it where the parent goes.
 */
export function applyContainment(world: World, meeting: Meeting): void {
  const { event, row } = meeting;
  if (event.parent === undefined || !world.includes(event.parent.key)) {
    const children = includedThings(world, event.children);
    const listed = keysOf(children);
    for (const child of children.filter((one) => !hasListedContainer(one, listed))) meet(world, child, meeting);
    return;
  }
  const parent = world.thing(event.parent.key);
  const parentFirst = row === 'rest' || row === 'inbound';
  if (parentFirst) meetParent(world, parent, meeting);
  if (event.action === 'DELETE') unpack(world, parent, meeting);
  else pack(world, parent, meeting);
  if (!parentFirst) meetParent(world, parent, meeting);
}

function meetParent(world: World, parent: Thing, meeting: Meeting): void {
  if (!takesCustodyOfChild(world, parent, meeting) || meeting.row !== 'rest') meet(world, parent, meeting);
}

/** A container that nobody has placed, in an event that does not place it either, takes the custody of its first child. */
function takesCustodyOfChild(world: World, parent: Thing, meeting: Meeting): boolean {
  const top = outermost(parent);
  const unknown = top.custody === undefined || top.custody.state === 'unknown';
  const silent = meeting.place === null && meeting.parties.source === null;
  if (!unknown || !silent) return false;
  const lender = includedThings(world, meeting.event.children).find(
    (child) => !isInside(parent, child) && knownCustody(child) !== undefined,
  );
  const custody = lender === undefined ? undefined : knownCustody(lender);
  if (lender === undefined || custody === undefined) return false;
  world.reachUp(lender);
  firstHolderAs(world, top, isGone(custody) ? held(custody.party, custody.place) : custody, meeting);
  return true;
}

function firstHolderAs(world: World, top: Thing, custody: Account, { moment }: Meeting): void {
  const before = top.custody;
  if (before === undefined) objectToOrigin(world, top, moment);
  const origin: Account = before ?? { state: 'unexplained', party: null, place: null, from: null };
  world.transfer(top, origin, custody, moment);
  top.custody = custody;
  top.lastSeen = custody.place;
  top.custodySinceMicros = moment.atMicros;
  top.custodyEventId = moment.eventId;
}

function knownCustody(thing: Thing): Account | undefined {
  const custody = outermost(thing).custody;
  return custody === undefined || custody.state === 'unknown' ? undefined : custody;
}

function pack(world: World, parent: Thing, meeting: Meeting): void {
  const { event, moment } = meeting;
  // The container must be booked itself before goods are booked under it.
  takesCustodyOfChild(world, parent, meeting);
  if (outermost(parent).custody === undefined) firstHolder(world, outermost(parent), meeting);
  const children = includedThings(world, event.children);
  const listed = keysOf(children);
  for (const child of children) {
    if (child !== parent && isInside(child, parent)) continue; // already there, at whatever depth
    if (isInside(parent, child)) {
      world.ledger.raise('containment_cycle', child.key, moment, [...staysBetween(parent, child), moment.eventId]);
      continue;
    }
    if (hasListedContainer(child, listed)) continue;
    packOne(world, child, parent, meeting);
  }
  const top = outermost(parent).custody ?? UNKNOWN;
  for (const { product, quantity, uom } of productQuantities(event, event.childQuantities, false)) {
    if (!world.includes(stockNode(product))) continue;
    if (quantity === undefined) world.stock(product).noteUnknown(baseUom(uom), top, moment);
    else packQuantity(world, parent, product, toBase(quantity, uom), top, meeting);
  }
}

/** The events that put a thing into a container, from the inside out. */
function staysBetween(thing: Thing, container: Thing): string[] {
  const eventIds: string[] = [];
  for (let at = thing; at !== container && at.parent !== undefined; at = at.parent) eventIds.push(at.parentEventId);
  return eventIds;
}

function packOne(world: World, child: Thing, parent: Thing, meeting: Meeting): void {
  const { moment, parties, place } = meeting;
  if (child.parent !== undefined) leaveUnpacked(world, child, moment);
  const top = outermost(parent);
  const to = top.custody ?? UNKNOWN;
  const before = child.custody ?? firstHolder(world, child, meeting, to);
  objectToLateSighting(world, child, before, meeting);
  if (to.state === 'held' && !isGone(before)) inferTransfer(world, child, before, to.party ?? parties.ofPlace(place), moment);
  world.transfer(child, before, to, moment);
  child.custody = undefined;
  child.goneBy = undefined;
  world.openStay(child, parent, moment);
}

/** That quantity of the lot moves from loose stock of the holder into the container; OBSERVE only tops up. */
function packQuantity(
  world: World,
  parent: Thing,
  product: string,
  q: { amount: bigint; uom: string },
  top: Account,
  meeting: Meeting,
): void {
  const { event, parties, moment } = meeting;
  const name = `${product}\n${q.uom}`;
  const inside = parent.contents.get(name) ?? 0n;
  const amount = event.action === 'OBSERVE' ? (q.amount > inside ? q.amount - inside : 0n) : q.amount;
  if (amount === 0n) return;
  const place = meeting.place ?? top.place;
  const holder = parties.ofPlace(meeting.place) ?? (top.state === 'in_transit' ? top.from : top.party) ?? parties.capturing;
  parent.contents.set(name, inside + amount);
  world.stock(product).pack(q.uom, amount, held(holder, place), top, moment);
}

function unpack(world: World, parent: Thing, meeting: Meeting): void {
  const { event, moment } = meeting;
  const container = outermost(parent).custody ?? UNKNOWN;
  const to = releasedTo(meeting, container);
  if (event.children.length === 0 && event.childQuantities.length === 0) {
    releaseContents(world, parent, to, moment);
    return;
  }
  const children = includedThings(world, event.children);
  const listed = keysOf(children.filter((child) => child !== parent));
  // Judged before anything leaves: a child listed with its own box goes with the box.
  for (const child of children.filter((one) => !hasListedContainer(one, listed))) {
    if (child !== parent && isInside(child, parent)) {
      releaseChild(world, child, to, moment);
    } else {
      world.ledger.raise('unpack_without_pack', child.key, moment, [moment.eventId]);
      meet(world, child, { ...meeting, row: 'rest' });
    }
  }
  for (const { product, quantity, uom } of productQuantities(event, event.childQuantities, false)) {
    if (!world.includes(stockNode(product)) || quantity === undefined) continue;
    const asked = toBase(quantity, uom);
    const name = `${product}\n${asked.uom}`;
    const inside = parent.contents.get(name) ?? 0n;
    const missing = asked.amount - (inside > 0n ? inside : 0n);
    if (missing > 0n)
      world.ledger.raise('unpack_without_pack', product, moment, [moment.eventId], { amount: missing, uom: asked.uom });
    releaseQuantity(world, parent, name, missing > 0n ? inside : asked.amount, to, moment);
  }
}

/** The things of this closure among the listed ones, each once, in key order. */
export function includedThings(world: World, items: readonly Item[]): Thing[] {
  const keys = new Set<string>();
  for (const { key } of items) if (world.includes(key)) keys.add(key);
  return [...keys].sort().map((key) => world.thing(key));
}

/** Only what is in the closure can be anybody's container. */
const keysOf = (things: readonly Thing[]): ReadonlySet<string> => new Set(things.map(({ key }) => key));

/** A child listed together with one of its containers stays inside that. */
export function hasListedContainer(thing: Thing, listed: ReadonlySet<string>): boolean {
  for (let at = thing.parent; at !== undefined; at = at.parent) if (listed.has(at.key)) return true;
  return false;
}

/** How much of each product is inside these containers: nano-units by `product\nuom`. */
export function insideOf(containers: readonly Thing[]): Map<string, bigint> {
  const inside = new Map<string, bigint>();
  const add = (name: string, amount: bigint): void => void inside.set(name, (inside.get(name) ?? 0n) + amount);
  for (const container of containers) {
    for (const part of withContents(container)) {
      if (part !== container) add(`${part.cohort.product}\n${EACH}`, ownAmount(part));
      for (const [name, amount] of part.contents) add(name, amount);
      for (const { cohort, uom, amount } of part.unseen) add(`${cohort.product}\n${uom}`, amount);
    }
  }
  return inside;
}
