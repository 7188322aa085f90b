import { thingsAndProducts } from './mentions';
import { Account } from './account';
import { number, time } from './answers';
import { Captured, standing, Viewpoint } from './steps';
import { OracleWorld, Touch } from './world';

const LANE_LIMIT_MICROS = 14 * 86_400_000_000;

/** One fact that does not fit, as a question is answered. */
interface ExceptionRow {
  readonly type: string;
  readonly key: string;
  readonly party: string | null;
  readonly eventIds: readonly string[];
  readonly at: string;
  readonly amount?: number;
  readonly uom?: string;
}

/** All that stands at the time of the question: raised by an event, or judged on balances and the clock. */
export function exceptionRows(world: OracleWorld, all: readonly Captured[], view: Viewpoint): ExceptionRow[] {
  const rows = [...raised(world), ...belowZero(world), ...neverReceived(world, view.asOfMicros), ...inFuture(all, view)];
  const rank = ({ at, type, key, party, eventIds, uom }: ExceptionRow): string =>
    [at, type, key, party ?? '', ...eventIds, uom ?? ''].join('\n');
  return rows.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

function raised(world: OracleWorld): ExceptionRow[] {
  const rows = new Map<string, ExceptionRow & { nano: bigint }>();
  for (const { type, key, party, eventIds, atMicros, amount, uom } of world.objections) {
    const name = JSON.stringify([type, key, party, eventIds, uom]);
    const nano = (rows.get(name)?.nano ?? 0n) + (amount ?? 0n);
    const missing = amount === undefined || uom === undefined ? {} : { amount: number(nano), uom };
    rows.set(name, { type, key, party, eventIds, at: time(atMicros), ...missing, nano });
  }
  return [...rows.values()].map(({ nano: _, ...row }) => row);
}

const productOf = (world: OracleWorld, { goods }: Touch): string =>
  goods.startsWith('stock ') ? goods.slice(6) : world.lots.product(goods);

/** Balances by what `group` names of an account; undefined: not looked at. */
function balances(world: OracleWorld, group: (at: Account) => unknown[] | undefined): Map<string, Touch[]> {
  const groups = new Map<string, Touch[]>();
  for (const touch of world.touches) {
    const names = group(touch.at);
    if (names === undefined) continue;
    const name = JSON.stringify([productOf(world, touch), touch.uom, ...names]);
    groups.set(name, [...(groups.get(name) ?? []), touch]);
  }
  return groups;
}

const sum = (touches: readonly Touch[]): bigint => touches.reduce((total, { delta }) => total + delta, 0n);
const idsOf = (touches: readonly Touch[]): string[] => [...new Set(touches.map(({ eventId }) => eventId))].sort();

function belowZero(world: OracleWorld): ExceptionRow[] {
  const kinds = { held: 'overdraw', in_transit: 'unmatched_receipt' } as const;
  return Object.entries(kinds).flatMap(([state, type]) =>
    [...balances(world, (at) => (at.state === state ? [at.party] : undefined)).values()].flatMap((touches) => {
      const [first] = touches;
      const total = sum(touches);
      if (first === undefined || total >= 0n) return [];
      const net = (id: string): bigint => sum(touches.filter(({ eventId }) => eventId === id));
      const eventIds = idsOf(touches).filter((id) => net(id) < 0n);
      const proof = touches.filter(({ eventId }) => eventIds.includes(eventId));
      const at = time(Math.max(...proof.map(({ micros }) => micros)));
      const { party } = first.at;
      return [{ type, key: productOf(world, first), party, eventIds, at, amount: number(-total), uom: first.uom }];
    }),
  );
}

function neverReceived(world: OracleWorld, asOfMicros: number): ExceptionRow[] {
  const lanes = balances(world, (at) => (at.state === 'in_transit' ? [at.party, at.from] : undefined));
  return [...lanes.values()].flatMap((touches) => {
    const [first] = touches;
    if (first === undefined || sum(touches) <= 0n) return [];
    const times = [...new Set(touches.map(({ micros }) => micros))].sort((a, b) => a - b);
    const after = (micros: number): bigint => sum(touches.filter((touch) => touch.micros <= micros));
    const lastZero = times.findLastIndex((micros) => after(micros) === 0n);
    const since = times[lastZero + 1] ?? 0;
    if (asOfMicros - since <= LANE_LIMIT_MICROS) return [];
    const eventIds = idsOf(touches.filter(({ micros }) => micros === since));
    const { party, from } = first.at;
    const key = productOf(world, first);
    return [
      {
        type: 'never_received',
        key,
        party: from ?? party,
        eventIds,
        at: time(since),
        amount: number(sum(touches)),
        uom: first.uom,
      },
    ];
  });
}

function inFuture(all: readonly Captured[], view: Viewpoint): ExceptionRow[] {
  const later = standing(all, view).filter(({ event }) => event.eventTimeMicros > view.asOfMicros);
  return later.flatMap(({ event, capturingParty }) =>
    thingsAndProducts(event).map((key) => ({
      type: 'event_in_future',
      key,
      party: capturingParty,
      eventIds: [event.eventId],
      at: time(event.eventTimeMicros),
    })),
  );
}
