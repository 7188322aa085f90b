import { describeKey, gtinOf } from '@suyuan/gs1';
import { ExceptionFilter, TraceException } from '../exceptions';
import { isCreating, lotClaims, stocksOf, thingsOf } from '../facts/mentions';
import { fromNano } from '../facts/quantity';
import { microsToTime } from '../facts/time';
import { WorldException } from '../world/ledger';
import { EventChange, ExceptionScope, ExceptionSource } from './exception-source';
import { GraphSource, ProductSum } from './graph-source';
import { selectCode } from './selection';

/** Goods in transit longer than this were never received, as far as anybody said. */
const LANE_LIMIT_MICROS = 14 * 24 * 3_600_000_000;

/**
 * All exceptions that stand at the time of the question (TRACE.md section 7), oldest first, then by type, key, party and
 * proof: what the replay objected to, and what is judged on balances and on the clock.
 * @param scope what the question is about; undefined: everything
 */
export async function exceptionsIn(
  source: ExceptionSource,
  scope: ExceptionScope | undefined,
  { party, type }: Pick<ExceptionFilter, 'party' | 'type'> = {},
): Promise<TraceException[]> {
  const products = scope?.products;
  const wants = (name: string): boolean => type === undefined || type === name;
  const found = [
    ...raised(await source.raisedIn(scope)),
    ...(wants('overdraw') ? await belowZero(source, 'held', 'overdraw', products) : []),
    ...(wants('unmatched_receipt') ? await belowZero(source, 'in_transit', 'unmatched_receipt', products) : []),
    ...(wants('never_received') ? await neverReceived(source, products) : []),
    ...(wants('event_in_future') ? await inFuture(source, scope) : []),
  ];
  return sorted(found.filter((row) => wants(row.type) && (party === undefined || row.party === party)));
}

/** What a code covers: itself; for a lot or a class its serials as well. */
export async function exceptionScope(source: GraphSource, key: string): Promise<ExceptionScope> {
  const { kind } = describeKey(key);
  const selection = await selectCode(source, key);
  const own = [...selection.cohorts.values()].map(({ cohort }) => cohort.product);
  const products = kind === 'lot' || kind === 'class' ? [...new Set([key, ...own])] : [key];
  return { keys: [...new Set([...selection.things.keys(), ...products])], products };
}

function raised(rows: Iterable<WorldException>): TraceException[] {
  return [...rows].map(({ atMicros, amount, uom, ...row }) => ({
    ...row,
    at: microsToTime(atMicros),
    ...(amount === undefined ? {} : { amount: fromNano(amount) }),
    ...(uom === undefined ? {} : { uom }),
  }));
}

/** Balances below zero, netted per party: more left than was ever there, or more arrived than was ever sent. */
async function belowZero(
  source: ExceptionSource,
  state: 'held' | 'in_transit',
  type: string,
  products: readonly string[] | undefined,
): Promise<TraceException[]> {
  const parties = new Map<string, ProductSum[]>();
  for (const sum of await source.accountsBelowZero(state, products)) {
    const name = JSON.stringify([sum.product, sum.uom, sum.account.party]);
    const known = parties.get(name);
    if (known === undefined) parties.set(name, [sum]);
    else known.push(sum);
  }
  const short = [...parties.values()].filter((sums) => total(sums) < 0n);
  const changes = await source.changesOn(short.flat());
  let read = 0;
  return short.flatMap((sums) => {
    const lowering = netByEvent(changes.slice(read, (read += sums.length)).flat()).filter(({ delta }) => delta < 0n);
    const [first] = sums;
    const atMicros = lowering.reduce((latest, change) => Math.max(latest, change.atMicros), 0);
    return first === undefined ? [] : [rowOf(first, type, first.account.party, lowering, atMicros, -total(sums))];
  });
}

/** Goods that are on their way for too long, since the last time that the way was empty. */
async function neverReceived(source: ExceptionSource, products: readonly string[] | undefined): Promise<TraceException[]> {
  const lanes = await source.lanesSince(source.asOfMicros - LANE_LIMIT_MICROS, products);
  const changes = await source.changesOn(lanes.map((lane) => ({ ...lane, atMicros: lane.sinceMicros })));
  return lanes.map((lane, index) => {
    const { party, from } = lane.account;
    return rowOf(lane, 'never_received', from ?? party, changes[index] ?? [], lane.sinceMicros, lane.amount);
  });
}

/** Events dated later than the question: they count from their time on. */
async function inFuture(source: ExceptionSource, scope: ExceptionScope | undefined): Promise<TraceException[]> {
  const wanted = scope === undefined ? undefined : new Set([...scope.keys, ...scope.products]);
  const rows: TraceException[] = [];
  for (const { event, capturingParty: party } of await source.futureFacts()) {
    const role = isCreating(event) ? 'created' : 'listed';
    const at = microsToTime(event.eventTimeMicros);
    const note = (key: string): void => void rows.push({ type: 'event_in_future', key, party, eventIds: [event.eventId], at });
    const named = new Map(thingsOf(event).map((item) => [item.key, item]));
    const products = new Map<string, string>();
    if (wanted !== undefined)
      for (const { key, cohort } of await source.things([...named.keys()])) products.set(key, cohort.product);
    const covers = (name: string | undefined): boolean => wanted === undefined || (name !== undefined && wanted.has(name));
    // A serial whose creation is still to come has its lot from the event itself.
    for (const [key, item] of named) {
      const gtin = gtinOf(key);
      const names = [key, products.get(key), ...lotClaims(event, item, role), ...(gtin === undefined ? [] : [`01/${gtin}`])];
      if (names.some(covers)) note(key);
    }
    for (const product of stocksOf(event)) if (!named.has(product) && covers(product)) note(product);
  }
  return rows;
}

function netByEvent(changes: readonly EventChange[]): EventChange[] {
  const events = new Map<string, EventChange>();
  for (const change of changes) {
    const known = events.get(change.eventId);
    events.set(change.eventId, known === undefined ? change : { ...known, delta: known.delta + change.delta });
  }
  return [...events.values()];
}

const total = (sums: readonly ProductSum[]): bigint => sums.reduce((sum, { amount }) => sum + amount, 0n);

function rowOf(
  { product, uom }: ProductSum,
  type: string,
  party: string | null,
  proof: readonly EventChange[],
  atMicros: number,
  amount: bigint,
): TraceException {
  const eventIds = [...new Set(proof.map(({ eventId }) => eventId))].sort();
  return { type, key: product, party, eventIds, at: microsToTime(atMicros), amount: fromNano(amount), uom };
}

function sorted(rows: readonly TraceException[]): TraceException[] {
  const name = ({ at, type, key, party, eventIds, uom }: TraceException): string =>
    [at, type, key, party ?? '', ...eventIds, uom ?? ''].join('\n');
  return rows
    .map((row) => [name(row), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, row]) => row);
}
