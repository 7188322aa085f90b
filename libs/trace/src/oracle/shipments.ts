import { Certainty } from '../domain/trace-reader';
import { Account, nameOf as accountName } from './account';
import { number, time } from './answers';
import { Forward } from './forward';
import { stock, thing } from './lineage';
import { OracleWorld } from './world';

/** Goods of one product that one event took from one party, or place, to another. */
export interface Shipment {
  readonly from: string;
  readonly to: string;
  readonly said: { eventId: string; at: string; product: string; quantity?: number; uom: string; certainty: Certainty };
}

interface Booked {
  readonly at: Account;
  nano: bigint;
  possible: bigint;
  isSome: boolean;
}

/** Every move of goods in question, read off the bookings of each event. */
export function shipmentsOf(world: OracleWorld, forward: Forward): Shipment[] {
  const found: Shipment[] = [];
  for (const { eventId, micros, product, uom, booked } of bookings(world, forward)) {
    const held = booked.filter(({ at }) => at.state === 'held');
    const ends = (rows: readonly Booked[], end: (at: Account) => string | null): string[] =>
      [...new Set(rows.map(({ at }) => end(at)).filter((key) => key !== null))].sort();
    for (const { at, nano, possible, isSome } of booked.filter((one) => one.at.state === 'in_transit')) {
      const isDeparture = nano > 0n || isSome;
      const left = ends(
        held.filter((one) => one.nano < 0n),
        ({ place }) => place,
      )[0];
      const came = held.filter((one) => one.nano > 0n);
      const takers = new Set(came.map((one) => one.at.party ?? one.at.place));
      const isArrival = !isDeparture && nano < 0n && at.party === null && takers.size === 1;
      if (!isDeparture && !isArrival) continue;
      const from = isDeparture ? (at.from ?? left ?? null) : at.from;
      const to = isDeparture ? at.party : [...takers][0];
      if (from === null || to === null || to === undefined || from === to) continue;
      const size = nano < 0n ? -nano : nano;
      const quantity = isArrival || nano > 0n ? { quantity: number(size) } : {};
      const certainty = possible !== 0n || isSome ? 'possible' : 'certain';
      found.push({ from, to, said: { eventId, at: time(micros), product, ...quantity, uom, certainty } });
    }
  }
  return found;
}

interface Event {
  readonly eventId: string;
  readonly micros: number;
  readonly product: string;
  readonly uom: string;
  readonly booked: Booked[];
}

function bookings(world: OracleWorld, forward: Forward): Event[] {
  const events = new Map<string, Event>();
  const at = (eventId: string, micros: number, product: string, uom: string, where: Account): Booked => {
    const name = [eventId, product, uom].join('\n');
    const event = events.get(name) ?? { eventId, micros, product, uom, booked: [] };
    events.set(name, event);
    const known = event.booked.find((one) => accountName(one.at) === accountName(where));
    if (known !== undefined) return known;
    const made = { at: where, nano: 0n, possible: 0n, isSome: false };
    event.booked.push(made);
    return made;
  };
  for (const touch of world.touches) {
    const isStock = touch.goods.startsWith('stock ');
    const certainty = forward.reached.get(isStock ? touch.goods : thing(touch.goods))?.certainty;
    if (certainty === undefined) continue;
    const product = isStock ? touch.goods.slice(6) : world.lots.product(touch.goods);
    const row = at(touch.eventId, touch.micros, product, touch.uom, touch.at);
    row.nano += touch.delta;
    if (certainty === 'possible') row.possible += touch.delta;
  }
  for (const { product, uom, at: where, micros, eventId } of world.somes)
    if (forward.reached.has(stock(product))) at(eventId, micros, product, uom, where).isSome = true;
  return [...events.values()];
}
