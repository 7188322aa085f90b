import { account } from './account';
import { amountsOf, ONE } from './amounts';
import { aggregate, withoutContents } from './containment';
import { takeOut } from './release';
import { isCarrier, meet, whereabouts } from './custody';
import { Lots } from './lots';
import { createQuantities, dispose, listedAmounts, moveQuantities } from './quantities';
import { Captured, isAggregation, Step, stepsOf, Viewpoint } from './steps';
import { Line, OracleWorld } from './world';

/** Lives everything through, from nothing. */
export function replayed(all: readonly Captured[], view: Viewpoint): OracleWorld {
  const steps = stepsOf(all, view);
  const world = new OracleWorld(view, new Lots(steps));
  for (const { event, row } of steps) {
    const made = event.type === 'TransformationEvent' ? event.outputs : row === 'creation' ? event.epcs : [];
    for (const { key } of made) if (!event.inputs.some((input) => input.key === key)) world.made.add(key);
  }
  steps.forEach((step, index) => {
    live(world, step);
    if (steps[index + 1]?.event.eventTimeMicros !== step.event.eventTimeMicros) world.remember(step.event.eventTimeMicros);
  });
  for (const key of world.lots.conflicted) objectToLots(world, key);
  return world;
}

function live(world: OracleWorld, step: Step): void {
  if (isAggregation(step.event)) return aggregate(world, step);
  if (step.event.type !== 'TransformationEvent') return list(world, step);
  if (step.row === 'creation') makeOutputs(world, step);
  else useInputs(world, step);
}

const sorted = (items: readonly { key: string }[]): string[] => [...new Set(items.map(({ key }) => key))].sort();

function list(world: OracleWorld, step: Step): void {
  const { event, row } = step;
  const all = sorted([...event.epcs, ...(event.parent === undefined ? [] : [event.parent])]);
  const empties = row === 'end' && event.bizStep === 'decommissioning';
  // A creation is noted for all; a decommissioned pallet speaks for nobody.
  const boxes = row === 'creation' ? [] : all.filter((key) => !(empties && isCarrier(key)));
  const things = withoutContents(world, all, boxes);
  const amounts = amountsOf(event, event.quantities, row === 'creation');
  const listed = row === 'creation' ? [] : listedAmounts(world, things, amounts);
  for (const key of things) meet(world, key, step);
  if (row === 'creation') createQuantities(world, amounts, sorted(event.epcs), step);
  else moveQuantities(world, listed, step);
}

function makeOutputs(world: OracleWorld, step: Step): void {
  const { event } = step;
  for (const key of sorted(event.outputs)) {
    if (!event.inputs.some((input) => input.key === key)) meet(world, key, step);
    write(world, step, { side: 'output', thing: key, product: world.lots.product(key), uom: 'EA', nano: ONE });
  }
  const amounts = amountsOf(event, event.outputQuantities, true);
  for (const made of createQuantities(world, amounts, sorted(event.outputs), step))
    write(world, step, { side: 'output', thing: undefined, ...made });
}

function useInputs(world: OracleWorld, step: Step): void {
  const { event } = step;
  const outputs = sorted(event.outputs);
  const reworked = sorted(event.inputs).filter((key) => outputs.includes(key));
  const going = sorted(event.inputs).filter((key) => !outputs.includes(key));
  const seen: Step = { ...step, row: 'rest', place: event.bizLocation ?? event.readPoint ?? null };
  for (const key of outputs.filter((output) => going.some((box) => world.isInside(output, box))))
    takeOut(world, key, whereabouts(world, world.shown(key)?.at ?? account('unknown'), seen), seen);
  const things = withoutContents(world, going);
  const listed = listedAmounts(world, things, amountsOf(event, event.inputQuantities, false));
  for (const key of reworked) {
    meet(world, key, seen);
    write(world, step, { side: 'input', thing: key, product: world.lots.product(key), uom: 'EA', nano: ONE });
  }
  for (const key of things) {
    meet(world, key, step);
    const boxes = [key, ...world.inside(key)];
    for (const one of boxes)
      write(world, step, { side: 'input', thing: one, product: world.lots.product(one), uom: 'EA', nano: ONE });
    for (const { container, product, uom, nano } of world.packed)
      if (boxes.includes(container) && nano > 0n) write(world, step, { side: 'input', thing: undefined, product, uom, nano });
  }
  for (const amount of listed) {
    const taken = dispose(world, amount, 'consumed', step);
    const { product, uom } = amount;
    if (taken !== 0n || amount.nano === 0n) write(world, step, { side: 'input', thing: undefined, product, uom, nano: taken });
  }
}

/** Equal lines of one event are one. */
function write(world: OracleWorld, { event }: Step, said: Pick<Line, 'side' | 'thing' | 'product' | 'uom' | 'nano'>): void {
  const transformation = event.transformationId ?? event.eventId;
  const line = { ...said, transformation, eventId: event.eventId, micros: event.eventTimeMicros };
  const isSame = (other: Line): boolean =>
    other.transformation === transformation &&
    other.side === line.side &&
    other.thing === line.thing &&
    other.product === line.product &&
    other.uom === line.uom &&
    other.eventId === line.eventId;
  const known = world.lines.find(isSame);
  if (known === undefined) world.lines.push(line);
  else if (line.nano !== undefined) known.nano = (known.nano ?? 0n) + line.nano;
}

/** Two lots claimed for one serial: the last claim is the one that does not fit. */
function objectToLots(world: OracleWorld, key: string): void {
  const claims = world.lots.claimsOf(key);
  const steps = claims.map(({ step }) => step);
  const isLater = (a: Step, b: Step): boolean =>
    a.event.eventTimeMicros > b.event.eventTimeMicros ||
    (a.event.eventTimeMicros === b.event.eventTimeMicros && a.event.eventId > b.event.eventId);
  const last = steps.reduce((late, step) => (isLater(step, late) ? step : late));
  const eventIds = [...new Set(steps.map(({ event }) => event.eventId))];
  world.objections.push({
    type: 'lot_conflict',
    key,
    party: last.recorder,
    eventIds,
    atMicros: last.event.eventTimeMicros,
  });
}
