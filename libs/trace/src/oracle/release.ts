import { Account, isSame } from './account';
import { Step } from './steps';
import { OracleWorld } from './world';

/** Everything directly inside comes out. */
export function release(world: OracleWorld, container: string, to: Account, step: Step): void {
  const children = [...world.stays].filter(([, { parent }]) => parent === container).map(([key]) => key);
  for (const child of children.sort()) takeOut(world, child, to, step);
  for (const { product, uom, nano } of world.packed.filter((one) => one.container === container))
    takeQuantityOut(world, container, product, uom, nano, to, step);
}

/** One thing comes out of whatever it is in, to an account of its own. */
export function takeOut(world: OracleWorld, key: string, to: Account, step: Step): void {
  const before = world.shown(key)?.at ?? to;
  world.leave(key);
  const own = world.own.get(key);
  if (own === undefined || isSame(before, to)) return;
  world.carry(key, before, to, step);
  world.own.set(key, { ...own, at: to, sinceMicros: step.event.eventTimeMicros, eventId: step.event.eventId });
}

export function takeQuantityOut(
  world: OracleWorld,
  container: string,
  product: string,
  uom: string,
  nano: bigint,
  to: Account,
  step: Step,
): void {
  if (nano > 0n) world.pack(container, product, uom, -nano, to, step);
}
