import { describeKey, isTradeItem } from '@suyuan/gs1';
import { Fact } from '../facts/fact';
import { stockNode, stocksOf, thingsOf } from '../facts/mentions';
import { ONE, EACH } from '../facts/quantity';
import { PlaceParties } from '../facts/parties';
import { Step } from '../facts/step';
import { Account, accountName } from './account';
import { Claims, claimsOf, Cohort, cohortName, stockCohort, unitCohort } from './cohort';
import { Ledger, Moment } from './ledger';
import { Stock } from './stock';
import { LoadLine, newThing, ownAmount, Thing, withContents } from './thing';

/** One line of a transformation: goods of a cohort that went in or came out. */
export interface TransformationLine {
  readonly transformation: string;
  readonly side: 'input' | 'output';
  readonly cohort: Cohort;
  /** The serialised thing; undefined for a class-level quantity. */
  readonly thing: string | undefined;
  readonly uom: string;
  readonly amount: bigint | undefined;
  /** Of how many things or quantities the amount is the sum. */
  readonly touches: number;
  readonly eventId: string;
  readonly atMicros: number;
}

/** A closed or open stay of a child in a container. */
export interface Stay {
  readonly child: string;
  readonly parent: string;
  readonly fromMicros: number;
  readonly fromEventId: string;
  toMicros: number | undefined;
  toEventId: string | undefined;
}

/** The things and stocks of one closure while their events are replayed, and what the replay derives. */
export class World {
  readonly things = new Map<string, Thing>();
  readonly stocks = new Map<string, Stock>();
  readonly ledger = new Ledger();
  readonly transformationLines: TransformationLine[] = [];
  readonly stays: Stay[] = [];
  private readonly claims = new Map<string, Claims>();
  private readonly cohorts = new Map<string, Cohort>();
  /** The last step that named a node or changed what it contains: what comes later goes on from its state. */
  readonly reached = new Map<string, Step>();
  private now: Step | undefined;
  private readonly openStays = new Map<string, Stay>();

  /**
   * @param factsOf the standing facts that name a thing, in world order
   * @param isBooked which of these the ledger is kept for: the others are there because these depend on them
   * @param includes whether a thing or stock node belongs to this closure; what does not is left alone
   * @param alikeOf the things that an included one stands for, itself first; the others are not included
   */
  constructor(
    readonly placeParties: PlaceParties,
    private readonly factsOf: (key: string) => readonly Fact[],
    readonly includes: (node: string) => boolean,
    readonly isBooked: (node: string) => boolean = includes,
    readonly alikeOf: (key: string) => readonly string[] = (key) => [key],
  ) {}

  thing(key: string): Thing {
    const known = this.things.get(key);
    if (known !== undefined) return known;
    const { kind } = describeKey(key);
    const thing = newThing(
      key,
      this.intern(unitCohort(key, this.claimsOf(key))),
      { isTradeItem: isTradeItem(key), isCarrier: kind === 'logistic-unit' || kind === 'returnable' },
      this.alikeOf(key).length,
    );
    this.things.set(key, thing);
    return thing;
  }

  /** Begins a step: whatever it names or moves is reached by it. */
  begin(step: Step): void {
    this.now = step;
    for (const { key } of thingsOf(step.fact.event)) this.reach(key);
    for (const product of stocksOf(step.fact.event)) this.reach(stockNode(product));
  }

  /** Steps come in order, so the last one to reach a node is the latest. */
  reach(node: string): void {
    if (this.now !== undefined && this.includes(node)) this.reached.set(node, this.now);
  }

  /** The step looked at a thing's custody, which is its outermost container's: had that moved before, it might have said otherwise. */
  reachUp(thing: Thing): void {
    for (let at: Thing | undefined = thing; at !== undefined; at = at.parent) this.reach(at.key);
  }

  /** Takes a stored thing up again, with what was claimed of it so far. */
  adopt(thing: Thing, claims: Claims): void {
    this.things.set(thing.key, thing);
    this.claims.set(thing.key, claims);
  }

  /** Takes a stored stay up again. */
  adoptStay(child: Thing, parent: Thing, sinceMicros: number, eventId: string): void {
    child.parent = parent;
    child.parentSinceMicros = sinceMicros;
    child.parentEventId = eventId;
    parent.children.set(child.key, child);
  }

  claimsOf(key: string): Claims {
    const known = this.claims.get(key);
    if (known !== undefined) return known;
    const claims = claimsOf(key, this.factsOf(key));
    this.claims.set(key, claims);
    return claims;
  }

  stock(product: string): Stock {
    const known = this.stocks.get(product);
    if (known !== undefined) return known;
    const stock = new Stock(this.intern(stockCohort(product)), this.ledger);
    this.stocks.set(product, stock);
    return stock;
  }

  /** Books a thing and everything inside it from one account to another. */
  transfer(thing: Thing, from: Account, to: Account, moment: Moment): void {
    if (accountName(from) === accountName(to)) return;
    for (const { cohort, uom, amount, touches } of this.load(thing)) {
      this.ledger.move(cohort, uom, from, to, amount, moment, touches);
    }
  }

  /** What a thing and its contents weigh in the ledger: one line per cohort of units and per quantity in a container. */
  load(thing: Thing): LoadLine[] {
    if (thing.children.size + thing.contents.size + thing.unseen.length === 0)
      return this.isBooked(thing.key)
        ? [{ cohort: thing.cohort, uom: EACH, amount: ownAmount(thing), touches: thing.count }]
        : [];
    const units = new Map<Cohort, number>();
    const lines: LoadLine[] = [];
    for (const part of withContents(thing)) {
      lines.push(...part.unseen);
      if (this.isBooked(part.key)) units.set(part.cohort, (units.get(part.cohort) ?? 0) + part.count);
      for (const [name, amount] of part.contents) {
        const [product = '', uom = EACH] = name.split('\n');
        if (amount !== 0n) lines.push({ cohort: this.stock(product).cohort, uom, amount, touches: 1 });
      }
    }
    for (const [cohort, count] of units) lines.push({ cohort, uom: EACH, amount: BigInt(count) * ONE, touches: count });
    return lines;
  }

  openStay(child: Thing, parent: Thing, moment: Moment): void {
    this.reach(child.key);
    this.reachUp(parent);
    child.parent = parent;
    child.parentSinceMicros = moment.atMicros;
    child.parentEventId = moment.eventId;
    parent.children.set(child.key, child);
    const stay: Stay = {
      child: child.key,
      parent: parent.key,
      fromMicros: moment.atMicros,
      fromEventId: moment.eventId,
      toMicros: undefined,
      toEventId: undefined,
    };
    this.openStays.set(child.key, stay);
    this.stays.push(stay);
  }

  closeStay(child: Thing, moment: Moment): void {
    this.reachUp(child);
    child.parent?.children.delete(child.key);
    child.parent = undefined;
    const stay = this.openStays.get(child.key);
    if (stay === undefined) return;
    stay.toMicros = moment.atMicros;
    stay.toEventId = moment.eventId;
    this.openStays.delete(child.key);
  }

  /** One object per cohort, so that cohorts can be counted by identity. */
  intern(cohort: Cohort): Cohort {
    const name = cohortName(cohort);
    const known = this.cohorts.get(name);
    if (known !== undefined) return known;
    this.cohorts.set(name, cohort);
    return cohort;
  }
}
