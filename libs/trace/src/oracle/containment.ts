import { held, isGone, UNEXPLAINED, UNKNOWN } from './account';
import { amountsOf } from './amounts';
import { firstSight, meet, objectToLate, objectToOrigin, objectToTransfer, whereabouts } from './custody';
import { release, takeOut, takeQuantityOut } from './release';
import { endOf, partyAt, Step } from './steps';
import { OracleWorld } from './world';

/** Aggregation and Association events: their parent is met before goods come to it, or after it leaves with them. */
export function aggregate(world: OracleWorld, step: Step): void {
  const { event, row } = step;
  const children = [...new Set(event.children.map(({ key }) => key))].sort();
  const parent = event.parent?.key;
  if (parent === undefined) {
    for (const child of withoutContents(world, children)) meet(world, child, step);
    return;
  }
  const stays = row === 'rest' || row === 'inbound';
  const meetParent = (): void => {
    const lent = borrow(world, parent, children, step);
    if (!lent || row !== 'rest') meet(world, parent, step);
  };
  if (stays) meetParent();
  if (event.action === 'DELETE') unpack(world, parent, children, step);
  else pack(world, parent, children, step);
  if (!stays) meetParent();
}

/** Of things listed together, those in no other of them; the others go with their container. */
export function withoutContents(world: OracleWorld, keys: readonly string[], boxes: readonly string[] = keys): string[] {
  const shields = new Set(boxes);
  return keys.filter((key) => !world.around(key).some((box) => shields.has(box)));
}

/** A container that nobody placed, in an event that does not place it either, is where its first child is. */
function borrow(world: OracleWorld, parent: string, children: readonly string[], step: Step): boolean {
  const top = world.top(parent);
  const now = world.own.get(top);
  const isPlaced = step.place !== null || endOf(world.view, step.event.sources).party !== null;
  if (isPlaced || (now !== undefined && now.at.state !== 'unknown')) return false;
  const isKnown = (child: string): boolean => (world.shown(child)?.at.state ?? 'unknown') !== 'unknown';
  const lender = children.find((child) => child !== parent && !world.isInside(parent, child) && isKnown(child));
  const lent = lender === undefined ? undefined : world.shown(lender)?.at;
  if (lent === undefined) return false;
  const at = isGone(lent) ? held(lent.party, lent.place) : lent;
  if (now === undefined) {
    objectToOrigin(world, top, step);
    world.begin(top, UNEXPLAINED, at, step);
  } else {
    world.carry(top, now.at, at, step);
    world.own.set(top, { ...now, at, sinceMicros: step.event.eventTimeMicros, eventId: step.event.eventId });
  }
  return true;
}

function pack(world: OracleWorld, parent: string, children: readonly string[], step: Step): void {
  borrow(world, parent, children, step);
  if (world.shown(parent) === undefined) firstSight(world, world.top(parent), step);
  for (const child of children) {
    if (world.isInside(child, parent)) continue;
    if (child === parent || world.isInside(parent, child)) {
      const chain = [parent, ...world.around(parent)];
      const stays = chain.slice(0, chain.indexOf(child)).map((key) => world.stays.get(key)?.eventId ?? '');
      world.object('containment_cycle', child, step, ...stays);
      continue;
    }
    if (world.around(child).some((box) => children.includes(box))) continue;
    putInside(world, child, parent, step);
  }
  const at = world.shown(parent)?.at ?? UNKNOWN;
  for (const { product, uom, nano } of amountsOf(step.event, step.event.childQuantities, false)) {
    if (nano === undefined) {
      world.some(product, uom, at, step);
      continue;
    }
    const inside = world.packedIn(parent, product, uom);
    const more = step.event.action === 'OBSERVE' ? nano - inside : nano;
    if (more <= 0n) continue;
    const last = at.state === 'in_transit' ? at.from : at.party;
    const party = partyAt(world.view, step.place) ?? last ?? step.captured.capturingParty;
    world.pack(parent, product, uom, more, held(party, step.place ?? at.place), step);
  }
}

function putInside(world: OracleWorld, child: string, parent: string, step: Step): void {
  const stay = world.stays.get(child);
  if (stay !== undefined) {
    world.object('missing_unpack', child, step, stay.eventId);
    world.leave(child);
  }
  const to = world.shown(parent)?.at ?? UNKNOWN;
  const before = world.own.get(child) ?? firstSight(world, child, step, to);
  objectToLate(world, child, before, step);
  if (to.state === 'held') objectToTransfer(world, child, before.at, to.party ?? partyAt(world.view, step.place), step);
  world.carry(child, before.at, to, step);
  world.own.delete(child);
  world.stays.set(child, { parent, sinceMicros: step.event.eventTimeMicros, eventId: step.event.eventId });
}

function unpack(world: OracleWorld, parent: string, children: readonly string[], step: Step): void {
  const { event } = step;
  const to = whereabouts(world, world.shown(parent)?.at ?? UNKNOWN, step);
  if (children.length === 0 && event.childQuantities.length === 0) return release(world, parent, to, step);
  const boxes = children.filter((key) => key !== parent);
  for (const child of withoutContents(world, children, boxes)) {
    if (world.isInside(child, parent)) takeOut(world, child, to, step);
    else {
      world.object('unpack_without_pack', child, step);
      meet(world, child, { ...step, row: 'rest' });
    }
  }
  for (const { product, uom, nano } of amountsOf(event, event.childQuantities, false)) {
    if (nano === undefined) continue;
    const inside = world.packedIn(parent, product, uom);
    const there = inside > 0n ? inside : 0n;
    if (nano > there) world.objectToAmount('unpack_without_pack', product, step, nano - there, uom);
    takeQuantityOut(world, parent, product, uom, nano < there ? nano : there, to, step);
  }
}
