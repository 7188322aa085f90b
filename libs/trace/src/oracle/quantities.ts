import { describeKey, gtinOf } from '@suyuan/gs1';
import { Account, account, held, nameOf, onTheWay } from './account';
import { Amount, ONE } from './amounts';
import { endOf, partyAt, Step } from './steps';
import { OracleWorld } from './world';

/** An amount, and how much of it only names what is in containers listed beside it. */
export interface Listed extends Amount {
  readonly inside: bigint;
}

/** Read before the things of the event move. */
export function listedAmounts(world: OracleWorld, boxes: readonly string[], amounts: readonly Amount[]): Listed[] {
  const contents = boxes.flatMap((box) => world.inside(box));
  return amounts.map((amount) => {
    const { product, uom } = amount;
    const serials = uom === 'EA' ? contents.filter((key) => world.lots.product(key) === product).length : 0;
    const packed = [...boxes, ...contents].reduce((sum, box) => sum + world.packedIn(box, product, uom), 0n);
    return { ...amount, inside: BigInt(serials) * ONE + packed };
  });
}

/** What is left to post when `loose` goods are there: the rest, up to what is inside, is contents. */
export function beyondContents(nano: bigint, inside: bigint, loose: bigint): bigint {
  const beyond = nano > loose ? nano - loose : 0n;
  return nano - (beyond < inside ? beyond : inside);
}

/** Makes goods without serials. A lot beside its serials names them, one each. @returns what was really made */
export function createQuantities(
  world: OracleWorld,
  amounts: readonly Amount[],
  things: readonly string[],
  step: Step,
): Amount[] {
  const party = partyAt(world.view, step.place) ?? step.captured.capturingParty;
  const serials = [...new Set(things)].map((key) => gtinOf(key));
  const named = new Map<string, bigint>();
  const made: Amount[] = [];
  for (const { product, uom, nano } of amounts) {
    const gtin = gtinOf(product) ?? '';
    const isLot = describeKey(product).kind === 'lot';
    const left = isLot ? BigInt(serials.filter((one) => one === gtin).length) * ONE - (named.get(gtin) ?? 0n) : 0n;
    if (nano === undefined) {
      if (left > 0n) continue;
      world.some(product, uom, account('created', party, step.place), step);
      world.some(product, uom, held(party, step.place), step);
      made.push({ product, uom, nano });
      continue;
    }
    const covered = uom === 'EA' ? (left < nano ? left : nano) : 0n;
    if (isLot) named.set(gtin, (named.get(gtin) ?? 0n) + covered);
    if (covered === nano) continue;
    world.post(product, uom, account('created', party, step.place), held(party, step.place), nano - covered, step);
    made.push({ product, uom, nano: nano - covered });
  }
  return made;
}

/** What the step moves of loose goods (TRACE.md section 5). */
export function moveQuantities(world: OracleWorld, listed: readonly Listed[], step: Step): void {
  const { row, event } = step;
  if (row === 'inbound' && event.bizStep !== 'receiving') return;
  if (row === 'outbound' && event.bizStep === 'departing') return;
  for (const one of listed) {
    if (row === 'outbound') ship(world, one, step);
    else if (row === 'inbound') receive(world, one, step);
    else if (row === 'void') takeBack(world, one, step);
    else if (row === 'sale') dispose(world, one, 'sold', step);
    else if (row === 'end') dispose(world, one, event.bizStep === 'decommissioning' ? 'decommissioned' : 'destroyed', step);
  }
}

const thereOr = (world: OracleWorld, place: string | null, step: Step): string | null =>
  partyAt(world.view, place) ?? step.captured.capturingParty;

function ship(world: OracleWorld, { product, uom, nano, inside }: Listed, step: Step): void {
  const source = endOf(world.view, step.event.sources);
  const sender = source.party ?? thereOr(world, step.place, step);
  const to = onTheWay(sender, endOf(world.view, step.event.destinations).party);
  if (nano === undefined) return world.some(product, uom, to, step);
  const loose = world.looseSum(product, uom, (at) => at.state === 'held' && at.party === sender);
  const moved = beyondContents(nano, inside, loose);
  if (moved > 0n) world.post(product, uom, held(sender, source.place ?? step.place), to, moved, step);
}

function receive(world: OracleWorld, { product, uom, nano, inside }: Listed, step: Step): void {
  const { view } = world;
  const to = endOf(view, step.event.destinations);
  const party = to.possessor ?? partyAt(view, step.place) ?? to.party ?? step.captured.capturingParty;
  const here = held(party, step.place);
  if (nano === undefined) return world.some(product, uom, here, step);
  const loose = world.looseSum(product, uom, (at) => at.state === 'in_transit' && at.party === party);
  const from = endOf(view, step.event.sources).party;
  const isReturn = step.event.disposition === 'returned' && step.event.sources.length === 0;
  const fits = (at: Account): boolean => at.state === 'in_transit' && (isReturn || from === null || at.from === from);
  const draws: ((at: Account) => boolean)[] = isReturn
    ? [(at) => fits(at) && at.party === party, (at) => at.state === 'sold' && at.party === party, (at) => at.state === 'sold']
    : [(at) => fits(at) && at.party === party, (at) => fits(at) && at.party === null];
  const amount = beyondContents(nano, inside, loose);
  const left = draws.reduce((rest, wanted) => draw(world, product, uom, rest, wanted, here, step), amount);
  if (left > 0n) world.post(product, uom, onTheWay(isReturn ? null : from, party), here, left, step);
}

function takeBack(world: OracleWorld, { product, uom, nano }: Listed, step: Step): void {
  if (nano === undefined) return;
  const source = endOf(world.view, step.event.sources);
  const party = source.party ?? thereOr(world, step.place, step);
  const back = held(party, source.place ?? step.place);
  const to = endOf(world.view, step.event.destinations).party;
  const own = (at: Account): boolean => at.state === 'in_transit' && at.from === party;
  const left = to === null ? nano : draw(world, product, uom, nano, (at) => own(at) && at.party === to, back, step);
  draw(world, product, uom, left, own, back, step);
}

/** Sold, used up or ended by the party of the place. @returns what was really taken, beyond contents named */
export function dispose(
  world: OracleWorld,
  { product, uom, nano, inside }: Listed,
  state: string,
  step: Step,
): bigint | undefined {
  const party = thereOr(world, step.place, step);
  const to = account(state, party, step.place);
  if (nano === undefined) {
    if (state === 'sold') world.some(product, uom, to, step);
    return undefined;
  }
  const loose = world.looseSum(product, uom, (at) => at.state === 'held' && at.party === party);
  const taken = beyondContents(nano, inside, loose);
  if (taken > 0n) world.post(product, uom, held(party, step.place), to, taken, step);
  return taken;
}

/** Takes up to so much from accounts above zero, in order of their names. @returns what was not found */
function draw(
  world: OracleWorld,
  product: string,
  uom: string,
  wish: bigint,
  wanted: (at: Account) => boolean,
  to: Account,
  step: Step,
): bigint {
  const cells = world.loose.filter((one) => one.product === product && one.uom === uom && one.nano > 0n && wanted(one.at));
  let left = wish;
  for (const { at, nano } of cells.map((cell) => ({ ...cell })).sort((a, b) => (nameOf(a.at) < nameOf(b.at) ? -1 : 1))) {
    const taken = nano < left ? nano : left;
    if (taken > 0n) world.post(product, uom, at, to, taken, step);
    left -= taken;
  }
  return left;
}
