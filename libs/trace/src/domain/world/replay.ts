import { effectiveFacts, Fact } from '../facts/fact';
import { thingsOf } from '../facts/mentions';
import { PlaceParties } from '../facts/parties';
import { Step, stepsInOrder } from '../facts/step';
import { apply, momentOf } from './apply';
import { World } from './world';

export interface ReplayOptions {
  readonly placeParties: PlaceParties;
  /** Which things (keys) and stocks (`stock:…`) are in the closure; default all. */
  readonly includes?: (node: string) => boolean;
  /** Which of these the ledger is kept for; default all that are included. */
  readonly books?: (node: string) => boolean;
}

/**
 * Lives the given facts through, in world order, whatever order they are handed over in. The facts must hold every event
 * that names a node of the closure; what they name besides is left alone.
 */
export function replay(facts: Iterable<Fact>, options: ReplayOptions): World {
  const steps = stepsInOrder(effectiveFacts(facts));
  const includes = options.includes ?? ((): boolean => true);
  const factsOf = factsByThing(steps, includes);
  const world = new World(options.placeParties, (key) => factsOf.get(key) ?? [], includes, options.books);
  for (const step of steps) apply(world, step);
  for (const key of world.things.keys()) objectToLots(world, key);
  return world;
}

/** The standing facts that name each wanted thing, in world order. */
export function factsByThing(steps: readonly Step[], wants: (key: string) => boolean = () => true): Map<string, Fact[]> {
  const factsOf = new Map<string, Fact[]>();
  for (const { fact, phase } of steps) {
    if (phase === 'inputs') continue; // the outputs step of the same event has been here
    for (const { key } of thingsOf(fact.event)) {
      if (!wants(key)) continue;
      const known = factsOf.get(key);
      if (known === undefined) factsOf.set(key, [fact]);
      else if (known[known.length - 1] !== fact) known.push(fact);
    }
  }
  return factsOf;
}

/** Two lots claimed for one serial: the objection of whoever claimed the last of them. */
export function objectToLots(world: World, key: string): void {
  const { lots } = world.claimsOf(key);
  if (lots.length < 2) return;
  const facts = lots.map(({ fact }) => fact).filter((fact) => fact !== undefined);
  const last = facts.reduce<Fact | undefined>(
    (late, fact) => (late === undefined || isLater(fact, late) ? fact : late),
    undefined,
  );
  if (last === undefined) return;
  world.ledger.raise(
    'lot_conflict',
    key,
    momentOf(last, world.placeParties),
    lots.map(({ eventId }) => eventId),
  );
}

function isLater({ event: a }: Fact, { event: b }: Fact): boolean {
  return a.eventTimeMicros > b.eventTimeMicros || (a.eventTimeMicros === b.eventTimeMicros && a.eventId > b.eventId);
}
