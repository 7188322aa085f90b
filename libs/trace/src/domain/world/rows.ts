import { Account, accountName } from './account';
import { Cohort, cohortName } from './cohort';
import { Posting, WorldException } from './ledger';
import { EACH, ONE } from '../facts/quantity';
import { LoadLine, ownAmount, Thing } from './thing';
import { TransformationLine, World } from './world';

/** The last known state of a thing. */
export interface ThingRow {
  readonly key: string;
  readonly cohort: Cohort;
  /** Undefined while it is inside a container, whose custody then holds. */
  readonly custody: Account | undefined;
  readonly sinceMicros: number;
  readonly eventId: string;
  readonly parent: string | undefined;
  readonly parentSinceMicros: number;
  readonly parentEventId: string;
  readonly createdMicros: number | undefined;
  readonly createdPlace: string | null;
  readonly creationEventId: string | undefined;
  readonly goneBy: string | undefined;
  readonly lastSeen: string | null;
  readonly shippedFrom: string | null;
  /** Lots claimed, the one shown first. */
  readonly lots: readonly string[];
}

/** A trade item that has affected-or-not goods inside it: the whole that must be named when a part is recalled. */
export interface PartRow {
  readonly whole: string;
  readonly wholeCohort: Cohort;
  readonly partCohort: Cohort;
  /** Undefined for a class-level quantity. */
  readonly part: string | undefined;
}

/** A class-level quantity inside a container now. */
export interface ContentRow {
  readonly container: string;
  readonly cohort: Cohort;
  readonly uom: string;
  readonly amount: bigint;
}

/** How much of a cohort is inside a container now, at any depth: what moves when it does. */
export type WeightRow = Omit<ContentRow, 'amount'>;

/** Loose class-level goods on one account. */
export interface LooseRow {
  readonly cohort: Cohort;
  readonly uom: string;
  readonly account: Account;
}

/**
 * Goods of a cohort that went into a transformation or came out of it, counted together over its events. Only a
 * class-level output names its event; else `eventId` is empty.
 */
export type LineRow = Omit<TransformationLine, 'thing' | 'amount' | 'touches'>;

/** A row with the number of facts that speak for it; two replays are compared row by row. */
export interface Counted<Row> {
  readonly row: Row;
  count: number;
  amount: bigint;
  unknowns: number;
}

/** What a world comes to: everything that questions are answered from. Rows are counted, so partial worlds add up. */
export interface WorldRows {
  readonly postings: Map<string, Counted<Posting>>;
  readonly lines: Map<string, Counted<LineRow>>;
  /** Which serials went in. What came out is told by the serials' own cohorts. */
  readonly inputs: Map<string, Counted<TransformationLine & { readonly thing: string }>>;
  readonly exceptions: Map<string, Counted<WorldException>>;
  /** By key; a thing has one row. */
  readonly things: Map<string, ThingRow>;
  readonly parts: Map<string, Counted<PartRow>>;
  readonly contents: Map<string, Counted<ContentRow>>;
  readonly weights: Map<string, Counted<WeightRow>>;
  readonly loose: Map<string, Counted<LooseRow>>;
}

/**
 * @param shows whether a thing's own row is wanted; default all
 * @param lines which of the world's lines of transformations count; default all
 */
export function rowsOf(
  world: World,
  shows: (key: string) => boolean = () => true,
  lines: Iterable<TransformationLine> = world.transformationLines,
): WorldRows {
  const rows: WorldRows = {
    postings: new Map(),
    lines: new Map(),
    inputs: new Map(),
    exceptions: new Map(),
    things: new Map(),
    parts: new Map(),
    contents: new Map(),
    weights: new Map(),
    loose: new Map(),
  };
  for (const posting of world.ledger.postings) {
    const name = [cohortName(posting.cohort), posting.uom, accountName(posting.account), posting.eventId].join('\n');
    add(rows.postings, name, posting, posting.touches, posting.delta, posting.unknowns);
  }
  for (const line of lines) {
    const { thing, amount, touches, ...row } = line;
    const name = [line.transformation, line.side, cohortName(line.cohort), line.uom].join('\n');
    // A transformation told in very many events is one line for each cohort. Of class-level goods that came out the events
    // must be known: they tell whether all of the product did.
    if (line.side === 'output' && thing === undefined)
      add(rows.lines, `${name}\n${line.eventId}`, row, touches, amount ?? 0n, amount === undefined ? 1 : 0);
    else add(rows.lines, name, { ...row, eventId: '', atMicros: 0 }, touches, amount ?? 0n, amount === undefined ? 1 : 0);
    if (thing !== undefined && line.side === 'input')
      for (const each of world.alikeOf(thing))
        add(rows.inputs, `${name}\n${line.eventId}\n${each}`, { ...line, thing: each, amount: ONE, touches: 1 }, 1, 0n, 0);
  }
  for (const exception of world.ledger.exceptions) {
    for (const key of world.alikeOf(exception.key)) {
      const name = [exception.type, key, exception.party ?? '', exception.uom ?? '', ...exception.eventIds].join('\n');
      add(rows.exceptions, name, { ...exception, key }, 1, exception.amount ?? 0n, 0);
    }
  }
  for (const thing of world.things.values()) {
    if (shows(thing.key)) rows.things.set(thing.key, thingRow(world, thing));
    addInsides(rows, world, thing);
  }
  for (const stock of world.stocks.values()) {
    for (const { uom, account, amount } of stock.loose()) {
      if (amount !== 0n)
        add(
          rows.loose,
          [cohortName(stock.cohort), uom, accountName(account)].join('\n'),
          { cohort: stock.cohort, uom, account },
          1,
          amount,
          0,
        );
    }
  }
  return rows;
}

/** The row of a thing as it is now. */
export function thingRow(world: World, thing: Thing): ThingRow {
  const outside = thing.parent === undefined;
  return {
    key: thing.key,
    cohort: thing.cohort,
    custody: outside ? thing.custody : undefined,
    sinceMicros: outside ? thing.custodySinceMicros : 0,
    eventId: outside ? thing.custodyEventId : '',
    parent: thing.parent?.key,
    parentSinceMicros: outside ? 0 : thing.parentSinceMicros,
    parentEventId: outside ? '' : thing.parentEventId,
    createdMicros: thing.creationMicros,
    createdPlace: thing.creationPlace,
    creationEventId: thing.creationEventId,
    goneBy: outside ? thing.goneBy : undefined,
    lastSeen: outside ? thing.lastSeen : null,
    shippedFrom: outside ? thing.shippedFrom : null,
    lots: world.claimsOf(thing.key).lots.map(({ lot }) => lot),
  };
}

/** Do these rows say the same? The things themselves may be two. */
export function sameState(a: Omit<ThingRow, 'key'> | undefined, b: Omit<ThingRow, 'key'> | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    cohortName(a.cohort) === cohortName(b.cohort) &&
    sameAccount(a.custody, b.custody) &&
    a.sinceMicros === b.sinceMicros &&
    a.eventId === b.eventId &&
    a.parent === b.parent &&
    a.parentSinceMicros === b.parentSinceMicros &&
    a.parentEventId === b.parentEventId &&
    a.createdMicros === b.createdMicros &&
    a.createdPlace === b.createdPlace &&
    a.creationEventId === b.creationEventId &&
    a.goneBy === b.goneBy &&
    a.lastSeen === b.lastSeen &&
    a.shippedFrom === b.shippedFrom &&
    a.lots.length === b.lots.length &&
    a.lots.every((lot, index) => lot === b.lots[index])
  );
}

function sameAccount(a: Account | undefined, b: Account | undefined): boolean {
  return a === undefined || b === undefined ? a === b : accountName(a) === accountName(b);
}

/** What trade items it is in, the class-level goods inside it, and what it adds to the weight of its containers. */
function addInsides(rows: WorldRows, world: World, thing: Thing): void {
  if (thing.parent !== undefined && world.isBooked(thing.key))
    addWeight(rows, thing.parent, { cohort: thing.cohort, uom: EACH, amount: ownAmount(thing), touches: thing.count });
  for (const line of thing.unseen) addWeight(rows, thing, line);
  for (let whole = thing.parent; whole !== undefined; whole = whole.parent) {
    if (whole.isTradeItem)
      for (const part of world.alikeOf(thing.key))
        addPart(rows, { whole: whole.key, wholeCohort: whole.cohort, partCohort: thing.cohort, part });
  }
  for (const [content, amount] of thing.contents) {
    if (amount === 0n) continue;
    const [product = '', uom = ''] = content.split('\n');
    const { cohort } = world.stock(product);
    addWeight(rows, thing, { cohort, uom, amount, touches: 1 });
    add(rows.contents, [thing.key, content].join('\n'), { container: thing.key, cohort, uom, amount }, 1, amount, 0);
    for (let whole: Thing | undefined = thing; whole !== undefined; whole = whole.parent) {
      if (whole.isTradeItem) addPart(rows, { whole: whole.key, wholeCohort: whole.cohort, partCohort: cohort, part: undefined });
    }
  }
}

/** To a container and all containers that it is in. */
function addWeight(rows: WorldRows, container: Thing, { cohort, uom, amount, touches }: LoadLine): void {
  const name = `${cohortName(cohort)}\n${uom}`;
  for (let at: Thing | undefined = container; at !== undefined; at = at.parent)
    add(rows.weights, `${at.key}\n${name}`, { container: at.key, cohort, uom }, touches, amount, 0);
}

function addPart(rows: WorldRows, row: PartRow): void {
  add(rows.parts, [row.whole, cohortName(row.wholeCohort), cohortName(row.partCohort), row.part ?? ''].join('\n'), row, 1, 0n, 0);
}

function add<Row>(
  into: Map<string, Counted<Row>>,
  name: string,
  row: Row,
  count: number,
  amount: bigint,
  unknowns: number,
): void {
  const known = into.get(name);
  if (known === undefined) into.set(name, { row, count, amount, unknowns });
  else {
    known.count += count;
    known.amount += amount;
    known.unknowns += unknowns;
  }
}

/** What to add to the stored rows so that they say `next` instead of `previous`; negative counts take away. */
export function difference<Row>(previous: Map<string, Counted<Row>>, next: Map<string, Counted<Row>>): Map<string, Counted<Row>> {
  const changes = new Map<string, Counted<Row>>();
  for (const [name, { row, count, amount, unknowns }] of previous)
    changes.set(name, { row, count: -count, amount: -amount, unknowns: -unknowns });
  for (const [name, { row, count, amount, unknowns }] of next) add(changes, name, row, count, amount, unknowns);
  for (const [name, change] of changes)
    if (change.count === 0 && change.amount === 0n && change.unknowns === 0) changes.delete(name);
  return changes;
}
