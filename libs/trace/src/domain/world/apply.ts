import { Item } from '@suyuan/epcis';
import { gtinOf, lotOf } from '@suyuan/gs1';
import { CustodyRow, custodyRow, stockRow } from '../facts/biz-step';
import { Fact } from '../facts/fact';
import { ProductQuantity, productQuantities, stockNode } from '../facts/mentions';
import { EventParties, PlaceParties } from '../facts/parties';
import { baseUom, EACH, ONE, toBase } from '../facts/quantity';
import { Step } from '../facts/step';
import { gone, held, inTransit, UNKNOWN } from './account';
import { reworkedIn, transformationOf } from './cohort';
import { applyContainment, hasListedContainer, includedThings, insideOf } from './containment';
import { meet, Meeting, releasedTo } from './custody';
import { releaseChild } from './release';
import { Moment } from './ledger';
import { Stock } from './stock';
import { outermost, ownAmount, Thing, withContents } from './thing';
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
  return { event, row, place: parties.placeFor(row), parties, moment: momentOf(fact, world.placeParties) };
}

/** The instant of an event, and who recorded it: the capturing party, else the party of its place. */
export function momentOf(fact: Fact, placeParties: PlaceParties): Moment {
  const { event, capturingParty } = fact;
  const parties = new EventParties(fact, placeParties);
  const recordedBy = capturingParty ?? parties.ofPlace(parties.stayingPlace);
  return { atMicros: event.eventTimeMicros, eventId: event.eventId, recordedBy };
}

/** Object and Transaction events: things one by one, then quantities by class. */
function applyListed(world: World, meeting: Meeting): void {
  const { event } = meeting;
  const items = event.parent === undefined ? event.epcs : [...event.epcs, event.parent];
  const listed = listedThings(world, items, (container) => keepsListed(container, meeting));
  const named = productQuantities(event, event.quantities, meeting.row === 'creation');
  if (meeting.row === 'creation') {
    for (const thing of listed) meet(world, thing, meeting);
    // All that is named: what the serials are counted against is settled among them, in this closure or not.
    createStock(world, named, event.epcs, meeting);
    return;
  }
  const quantities = named.filter(({ product }) => world.includes(stockNode(product)));
  const contents = quantities.length === 0 ? undefined : insideOf(listed);
  const stock = quantities.map((quantity) => ({
    quantity,
    inside: contents?.get(`${quantity.product}\n${baseUom(quantity.uom)}`) ?? 0n,
  }));
  for (const thing of listed) meet(world, thing, meeting);
  for (const { quantity, inside } of stock) moveStock(world, quantity, inside, meeting);
}

/** The listed things of this closure in key order, but for those that a listed container speaks for. */
function listedThings(world: World, items: readonly Item[], speaks: (container: Thing) => boolean = () => true): Thing[] {
  const things = includedThings(world, items);
  const speaking = new Set(things.filter(speaks).map(({ key }) => key));
  return things.filter((thing) => !hasListedContainer(thing, speaking));
}

/** Not in a creation, which is noted for all that it lists; nor where a container that lets its contents go is decommissioned. */
function keepsListed(container: Thing, { event, row }: Meeting): boolean {
  return row !== 'creation' && !(row === 'end' && event.bizStep === 'decommissioning' && container.isCarrier);
}

const nothing = (): boolean => false;

function applyOutputs(world: World, meeting: Meeting): void {
  const { event, moment } = meeting;
  const reworked = reworkedIn(event);
  for (const thing of listedThings(world, event.outputs, nothing)) {
    if (!reworked.has(thing.key)) meet(world, thing, meeting);
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
      touches: 1,
      eventId: moment.eventId,
      atMicros: moment.atMicros,
    });
  }
}

/**
 * Inputs are used up, and so is whatever is inside them. A thing that is also an output is only reworked: it and what it
 * contains stay, but for contents that are listed as inputs themselves.
 */
function applyInputs(world: World, meeting: Meeting): void {
  const { event, moment, parties } = meeting;
  const reworked = reworkedIn(event);
  const going = event.inputs.filter(({ key }) => !reworked.has(key));
  const seen: Meeting = { ...meeting, row: 'rest', place: parties.stayingPlace };
  takeOut(world, listedThings(world, event.outputs, nothing), new Set(going.map(({ key }) => key)), seen);
  const listed = listedThings(world, going);
  const quantities = productQuantities(event, event.inputQuantities, false).filter(({ product }) =>
    world.includes(stockNode(product)),
  );
  const contents = quantities.length === 0 ? undefined : insideOf(listed);
  const inside = quantities.map(({ product, uom }) => contents?.get(`${product}\n${baseUom(uom)}`) ?? 0n);
  const kept = event.inputs.filter(({ key }) => reworked.has(key));
  for (const thing of listedThings(world, kept, nothing)) {
    meet(world, thing, seen);
    world.transformationLines.push(line(meeting, 'input', thing));
  }
  for (const thing of listed) {
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
            touches: 1,
          });
      }
    }
  }
  const party = parties.ofPlace(parties.leavingPlace) ?? parties.capturing;
  quantities.forEach(({ product, quantity, uom }, index) => {
    const stock = world.stock(product);
    const base = quantity === undefined ? undefined : toBase(quantity, uom);
    const amount = base && beyondContents(base.amount, inside[index] ?? 0n, stock.looseHeldBy(party, base.uom));
    if (amount === 0n && base?.amount !== 0n) return; // it names contents, which have lines of their own
    world.transformationLines.push({
      transformation: transformationOf(event),
      side: 'input',
      cohort: stock.cohort,
      thing: undefined,
      uom: baseUom(uom),
      amount,
      touches: 1,
      eventId: moment.eventId,
      atMicros: moment.atMicros,
    });
    if (base !== undefined && amount !== undefined && amount > 0n)
      stock.leave(base.uom, amount, 'consumed', party, parties.leavingPlace, moment);
  });
}

/** What comes out of a transformation does not go under with the container that goes in: a part out of its whole. */
function takeOut(world: World, outputs: readonly Thing[], going: ReadonlySet<string>, meeting: Meeting): void {
  for (const thing of outputs) {
    if (!hasListedContainer(thing, going)) continue;
    releaseChild(world, thing, releasedTo(meeting, outermost(thing).custody ?? UNKNOWN), meeting.moment);
  }
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
  if (quantities.length === 0) return [];
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
    const named = lotOf(product) === undefined ? 0n : (serials.get(gtin) ?? 0n);
    if (quantity === undefined) {
      if (named > 0n || !world.includes(stockNode(product))) continue;
      world.stock(product).createUnknown(baseUom(uom), party, place, moment);
      made.push({ product, amount: undefined, uom: baseUom(uom) });
      continue;
    }
    const base = toBase(quantity, uom);
    const covered = base.uom === EACH ? (named < base.amount ? named : base.amount) : 0n;
    if (covered > 0n) serials.set(gtin, named - covered);
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
    amount: ownAmount(thing),
    touches: thing.count,
    eventId: moment.eventId,
    atMicros: moment.atMicros,
  };
}
