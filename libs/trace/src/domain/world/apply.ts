import { Item } from '@suyuan/epcis';
import { gtinOf } from '@suyuan/gs1';
import { CustodyRow, custodyRow, stockRow } from '../facts/biz-step';
import { Fact } from '../facts/fact';
import { ProductQuantity, productQuantities, stockNode } from '../facts/mentions';
import { EventParties } from '../facts/parties';
import { baseUom, EACH, ONE, toBase } from '../facts/quantity';
import { Step } from '../facts/step';
import { gone, held, inTransit } from './account';
import { transformationOf } from './cohort';
import { applyContainment, hasListedContainer, insideOf } from './containment';
import { meet, Meeting } from './custody';
import { Stock } from './stock';
import { Thing, withContents } from './thing';
import { TransformationLine, World } from './world';

/** One step of the world: the only function that changes it. */
export function apply(world: World, step: Step): void {
  const { fact, phase } = step;
  world.begin(step);
  if (phase === 'outputs') return applyOutputs(world, meetingOf(world, fact, 'creation'));
  if (phase === 'inputs') return applyInputs(world, meetingOf(world, fact, 'input'));
  const meeting = meetingOf(world, fact, custodyRow(fact.event));
  if (fact.event.type === 'AggregationEvent' || fact.event.type === 'AssociationEvent') applyContainment(world, meeting);
  else applyListed(world, meeting);
}

function meetingOf(world: World, fact: Fact, row: CustodyRow): Meeting {
  const { event } = fact;
  const parties = new EventParties(fact, world.placeParties);
  const recordedBy = fact.capturingParty ?? parties.ofPlace(parties.stayingPlace);
  return { event, row, parties, moment: { atMicros: event.eventTimeMicros, eventId: event.eventId, recordedBy } };
}

/** Object and Transaction events: things one by one, then quantities by class. */
function applyListed(world: World, meeting: Meeting): void {
  const { event } = meeting;
  const items = event.parent === undefined ? event.epcs : [...event.epcs, event.parent];
  const listed = listedThings(world, items);
  const stock = productQuantities(event, event.quantities, meeting.row === 'creation')
    .filter(({ product }) => world.includes(stockNode(product)))
    .map((quantity) => ({
      quantity,
      inside: quantity.quantity === undefined ? 0n : insideOf(listed, quantity.product, baseUom(quantity.uom)),
    }));
  for (const thing of listed) meet(world, thing, meeting);
  if (meeting.row === 'creation')
    createStock(
      world,
      stock.map(({ quantity }) => quantity),
      event.epcs,
      meeting,
    );
  else for (const { quantity, inside } of stock) moveStock(world, quantity, inside, meeting);
}

/** The listed things of this closure in key order, without those that stay inside a listed container. */
function listedThings(world: World, items: readonly Item[]): Thing[] {
  const keys = new Set(items.map(({ key }) => key));
  const things = [...keys]
    .filter((key) => world.includes(key))
    .sort()
    .map((key) => world.thing(key));
  return things.filter((thing) => !hasListedContainer(thing, keys));
}

function applyOutputs(world: World, meeting: Meeting): void {
  const { event, moment } = meeting;
  const reworked = new Set(event.inputs.map(({ key }) => key));
  const outputs = listedThings(
    world,
    event.outputs.filter(({ key }) => !reworked.has(key)),
  );
  for (const thing of outputs) {
    meet(world, thing, meeting);
    world.transformationLines.push(line(meeting, 'output', thing));
  }
  const quantities = productQuantities(event, event.outputQuantities, true);
  for (const { product, amount, uom } of createStock(world, quantities, event.outputs, meeting)) {
    const { cohort } = world.stock(product);
    world.transformationLines.push({
      transformation: transformationOf(event),
      side: 'output',
      cohort,
      thing: undefined,
      uom,
      amount,
      eventId: moment.eventId,
      atMicros: moment.atMicros,
    });
  }
}

/** Inputs are used up, and so is whatever is inside them; a thing that is also an output is only reworked. */
function applyInputs(world: World, meeting: Meeting): void {
  const { event, moment, parties } = meeting;
  const outputs = new Set(event.outputs.map(({ key }) => key));
  const listed = listedThings(world, event.inputs);
  const quantities = productQuantities(event, event.inputQuantities, false).filter(({ product }) =>
    world.includes(stockNode(product)),
  );
  const inside = quantities.map(({ product, uom }) => insideOf(listed, product, baseUom(uom)));
  for (const thing of listed) {
    if (outputs.has(thing.key)) {
      meet(world, thing, { ...meeting, row: 'rest' });
      continue;
    }
    meet(world, thing, meeting);
    for (const part of withContents(thing)) {
      world.transformationLines.push(line(meeting, 'input', part));
      for (const [content, amount] of part.contents) {
        const [product = '', uom = EACH] = content.split('\n');
        if (amount > 0n)
          world.transformationLines.push({
            ...line(meeting, 'input', part),
            cohort: world.stock(product).cohort,
            thing: undefined,
            uom,
            amount,
          });
      }
    }
  }
  const party = parties.ofPlace(parties.leavingPlace) ?? parties.capturing;
  quantities.forEach(({ product, quantity, uom }, index) => {
    const stock = world.stock(product);
    const base = quantity === undefined ? undefined : toBase(quantity, uom);
    world.transformationLines.push({
      transformation: transformationOf(event),
      side: 'input',
      cohort: stock.cohort,
      thing: undefined,
      uom: baseUom(uom),
      amount: base?.amount,
      eventId: moment.eventId,
      atMicros: moment.atMicros,
    });
    if (base === undefined) return;
    const amount = beyondContents(base.amount, inside[index] ?? 0n, stock.looseHeldBy(party, base.uom));
    if (amount > 0n) stock.leave(base.uom, amount, 'consumed', party, parties.leavingPlace, moment);
  });
}

/**
 * Creates class-level goods. An LGTIN beside serials of its GTIN only names their lot, up to their number.
 * @returns what really came into being at class level
 */
function createStock(
  world: World,
  quantities: readonly ProductQuantity[],
  beside: readonly Item[],
  meeting: Meeting,
): { product: string; amount: bigint | undefined; uom: string }[] {
  const { parties, moment } = meeting;
  const place = parties.stayingPlace;
  const party = parties.ofPlace(place) ?? parties.capturing;
  const serials = new Map<string, bigint>();
  for (const key of new Set(beside.map((item) => item.key))) {
    const gtin = gtinOf(key);
    if (gtin !== undefined) serials.set(gtin, (serials.get(gtin) ?? 0n) + ONE);
  }
  const made: { product: string; amount: bigint | undefined; uom: string }[] = [];
  for (const { product, quantity, uom } of quantities) {
    const gtin = gtinOf(product) ?? '';
    const named = serials.get(gtin) ?? 0n;
    if (quantity === undefined) {
      if (named > 0n || !world.includes(stockNode(product))) continue;
      world.stock(product).noteUnknown(baseUom(uom), held(party, place), moment);
      made.push({ product, amount: undefined, uom: baseUom(uom) });
      continue;
    }
    const base = toBase(quantity, uom);
    const covered = base.uom === EACH ? (named < base.amount ? named : base.amount) : 0n;
    serials.set(gtin, named - covered);
    if (base.amount === covered || !world.includes(stockNode(product))) continue;
    world.stock(product).create(base.uom, base.amount - covered, party, place, moment);
    made.push({ product, amount: base.amount - covered, uom: base.uom });
  }
  return made;
}

function moveStock(world: World, { product, quantity, uom }: ProductQuantity, inside: bigint, meeting: Meeting): void {
  const row = stockRow(meeting.event);
  if (row === 'rest') return;
  const stock = world.stock(product);
  if (quantity === undefined) noteUnknownMove(stock, baseUom(uom), row, meeting);
  else moveKnown(stock, toBase(quantity, uom), inside, row, meeting);
}

function moveKnown(
  stock: Stock,
  base: { amount: bigint; uom: string },
  inside: bigint,
  row: CustodyRow,
  { event, parties, moment }: Meeting,
): void {
  const { uom } = base;
  const leavingPlace = parties.sourceLocation ?? parties.leavingPlace;
  const sender = parties.source ?? parties.ofPlace(parties.leavingPlace) ?? parties.capturing;
  const seller = parties.ofPlace(parties.leavingPlace) ?? parties.capturing;
  const receiver =
    parties.destinationPossessor ?? parties.ofPlace(parties.stayingPlace) ?? parties.destination ?? parties.capturing;
  switch (row) {
    case 'outbound': {
      const amount = beyondContents(base.amount, inside, stock.looseHeldBy(sender, uom));
      if (amount > 0n) stock.ship(uom, amount, sender, leavingPlace, parties.destination, moment);
      return;
    }
    case 'inbound': {
      const amount = beyondContents(base.amount, inside, stock.looseOnTheWayTo(receiver, uom));
      if (amount <= 0n) return;
      if (event.disposition === 'returned' && event.sources.length === 0)
        stock.takeBack(uom, amount, receiver, parties.stayingPlace, moment);
      else stock.receive(uom, amount, parties.source, receiver, parties.stayingPlace, moment);
      return;
    }
    case 'void_shipping':
      stock.voidShipping(
        uom,
        base.amount,
        parties.source ?? parties.ofPlace(parties.stayingPlace) ?? parties.capturing,
        parties.sourceLocation ?? parties.stayingPlace,
        parties.destination,
        moment,
      );
      return;
    case 'sale':
    case 'end': {
      const amount = beyondContents(base.amount, inside, stock.looseHeldBy(seller, uom));
      const state = row === 'sale' ? 'sold' : event.bizStep === 'decommissioning' ? 'decommissioned' : 'destroyed';
      if (amount > 0n) stock.leave(uom, amount, state, seller, parties.leavingPlace, moment);
      return;
    }
    case 'creation':
    case 'input':
    case 'rest':
      return;
  }
}

/** "Some, unknown how many": nothing is posted, but the party is a possible holder. */
function noteUnknownMove(stock: Stock, uom: string, row: CustodyRow, { parties, moment }: Meeting): void {
  if (row === 'inbound') {
    const receiver =
      parties.destinationPossessor ?? parties.ofPlace(parties.stayingPlace) ?? parties.destination ?? parties.capturing;
    stock.noteUnknown(uom, held(receiver, parties.stayingPlace), moment);
  } else if (row === 'outbound') {
    const sender = parties.source ?? parties.ofPlace(parties.leavingPlace) ?? parties.capturing;
    stock.noteUnknown(uom, inTransit(sender, parties.destination), moment);
  } else if (row === 'sale') {
    stock.noteUnknown(
      uom,
      gone('sold', parties.ofPlace(parties.leavingPlace) ?? parties.capturing, parties.leavingPlace),
      moment,
    );
  }
}

/** A quantity listed beside containers that hold the product, beyond loose stock, names their contents and posts nothing. */
function beyondContents(amount: bigint, inside: bigint, loose: bigint): bigint {
  const beyondLoose = amount > loose ? amount - loose : 0n;
  return amount - (inside < beyondLoose ? inside : beyondLoose);
}

function line(meeting: Meeting, side: 'input' | 'output', thing: Thing): TransformationLine {
  const { event, moment } = meeting;
  return {
    transformation: transformationOf(event),
    side,
    cohort: thing.cohort,
    thing: thing.key,
    uom: EACH,
    amount: ONE,
    eventId: moment.eventId,
    atMicros: moment.atMicros,
  };
}
