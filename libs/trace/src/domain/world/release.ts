import { stockNode } from '../facts/mentions';
import { EACH } from '../facts/quantity';
import { Account, accountName } from './account';
import { Moment } from './ledger';
import { outermost, Thing } from './thing';
import { World } from './world';

/** Everything directly inside leaves, and is booked under `to`. */
export function releaseContents(world: World, container: Thing, to: Account, moment: Moment, objection?: 'missing_unpack'): void {
  for (const child of [...container.children.values()].sort((a, b) => (a.key < b.key ? -1 : 1))) {
    if (objection !== undefined) world.ledger.raise(objection, child.key, moment, [child.parentEventId, moment.eventId]);
    releaseChild(world, child, to, moment);
  }
  for (const name of [...container.contents.keys()])
    releaseQuantity(world, container, name, container.contents.get(name) ?? 0n, to, moment);
}

/** One child leaves its container for an account of its own. */
export function releaseChild(world: World, child: Thing, to: Account, moment: Moment): void {
  const top = outermost(child);
  const from = top.custody ?? to;
  const stays = accountName(from) === accountName(to);
  const sinceMicros = stays ? Math.max(top.custodySinceMicros, child.parentSinceMicros) : moment.atMicros;
  const custodyEventId = stays ? top.custodyEventId : moment.eventId;
  child.shippedFrom = top.shippedFrom;
  child.goneBy = top.goneBy;
  world.closeStay(child, moment);
  world.transfer(child, from, to, moment);
  child.custody = to;
  child.lastSeen = to.place;
  child.custodySinceMicros = sinceMicros;
  child.custodyEventId = custodyEventId;
}

/** Takes a class-level quantity out of a container; `name` is `product\nuom`. */
export function releaseQuantity(world: World, container: Thing, name: string, amount: bigint, to: Account, moment: Moment): void {
  const [product = '', uom = EACH] = name.split('\n');
  if (amount <= 0n || !world.includes(stockNode(product))) return;
  world.reach(stockNode(product));
  container.contents.set(name, (container.contents.get(name) ?? 0n) - amount);
  world.stock(product).unpack(uom, amount, outermost(container).custody ?? to, to, moment);
}
