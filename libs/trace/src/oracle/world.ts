import { Account, account, isSame, nameOf, UNEXPLAINED, UNKNOWN } from './account';
import { ONE } from './amounts';
import { Lots } from './lots';
import { Step, Viewpoint } from './steps';

/** A thing in nothing: where it is booked, since when, and by which event. */
export interface Own {
  readonly at: Account;
  readonly sinceMicros: number;
  readonly eventId: string;
  /** Where it left from, in transit. */
  readonly leftPlace: string | null;
  /** What sold or ended it last. */
  readonly goneBy: string;
}

export interface Stay {
  readonly parent: string;
  readonly sinceMicros: number;
  readonly eventId: string;
}

export interface Cell {
  readonly product: string;
  readonly uom: string;
  readonly at: Account;
  nano: bigint;
}

/** Goods of a thing or of a product without serials were on an account, if only for a moment. */
export interface Touch {
  readonly goods: string;
  readonly at: Account;
  readonly micros: number;
  readonly eventId: string;
  readonly uom: string;
  readonly delta: bigint;
}

export interface Line {
  readonly transformation: string;
  readonly side: 'input' | 'output';
  /** A thing's key, or undefined for goods without serials. */
  readonly thing: string | undefined;
  readonly product: string;
  readonly uom: string;
  nano: bigint | undefined;
  readonly eventId: string;
  readonly micros: number;
}

export interface Objection {
  readonly type: string;
  readonly key: string;
  readonly party: string | null;
  readonly eventIds: readonly string[];
  readonly atMicros: number;
  amount?: bigint;
  readonly uom?: string;
}

/** How things stood at the end of one event time. */
export interface Moment {
  readonly micros: number;
  readonly own: ReadonlyMap<string, Own>;
  readonly stays: ReadonlyMap<string, Stay>;
  readonly cells: readonly Cell[];
}

/** Plain maps and lists that the replay fills. */
export class OracleWorld {
  readonly own = new Map<string, Own>();
  readonly stays = new Map<string, Stay>();
  readonly origin = new Map<string, Account>();
  readonly creation = new Map<string, Step>();
  /** Goods without serials: loose ones by account, packed ones by container. */
  readonly loose: Cell[] = [];
  readonly packed: { container: string; product: string; uom: string; nano: bigint }[] = [];
  readonly somes: { product: string; uom: string; at: Account; micros: number; eventId: string }[] = [];
  readonly touches: Touch[] = [];
  readonly lines: Line[] = [];
  readonly objections: Objection[] = [];
  readonly moments: Moment[] = [];
  /** Things that some event of the whole set makes, also a later one. */
  readonly made = new Set<string>();

  constructor(
    readonly view: Viewpoint,
    readonly lots: Lots,
  ) {}

  /** Containers around a thing, innermost first. */
  around(key: string): string[] {
    const stay = this.stays.get(key);
    return stay === undefined ? [] : [stay.parent, ...this.around(stay.parent)];
  }

  top(key: string): string {
    return this.around(key).at(-1) ?? key;
  }

  shown(key: string): Own | undefined {
    return this.own.get(this.top(key));
  }

  isInside(key: string, container: string): boolean {
    return this.around(key).includes(container);
  }

  /** Everything inside at any depth, sorted. */
  inside(container: string): string[] {
    return [...this.stays.keys()].filter((key) => this.isInside(key, container)).sort();
  }

  /** A thing with all its contents goes from one account to another. */
  carry(key: string, from: Account, to: Account, step: Step): void {
    if (isSame(from, to)) return;
    const boxes = [key, ...this.inside(key)];
    for (const one of boxes) this.touch(one, from, to, 'EA', ONE, step);
    for (const { container, product, uom, nano } of this.packed)
      if (boxes.includes(container) && nano !== 0n) this.touch(`stock ${product}`, from, to, uom, nano, step);
  }

  private touch(goods: string, from: Account, to: Account, uom: string, nano: bigint, { event }: Step): void {
    const at = { goods, micros: event.eventTimeMicros, eventId: event.eventId, uom };
    this.touches.push({ ...at, at: from, delta: -nano }, { ...at, at: to, delta: nano });
  }

  /** Its first account, out of an origin. */
  begin(key: string, origin: Account, at: Account, step: Step): void {
    this.origin.set(key, origin);
    const { eventId, eventTimeMicros } = step.event;
    this.carry(key, origin, at, step);
    this.own.set(key, { at, sinceMicros: eventTimeMicros, eventId, leftPlace: null, goneBy: '' });
  }

  /** Rebooks a thing in nothing; the same account keeps its beginning. */
  put(key: string, to: Account, step: Step): void {
    const now = this.own.get(key);
    if (now === undefined) return this.begin(key, UNEXPLAINED, to, step);
    const isNew = !isSame(now.at, to);
    if (isNew) this.carry(key, now.at, to, step);
    const { eventId, eventTimeMicros } = step.event;
    const leaves = to.state === 'in_transit' && now.at.state !== 'in_transit';
    this.own.set(key, {
      at: to,
      sinceMicros: isNew ? eventTimeMicros : now.sinceMicros,
      eventId: isNew ? eventId : now.eventId,
      leftPlace: leaves ? now.at.place : now.leftPlace,
      goneBy: now.goneBy,
    });
  }

  /** Out of its container, where that is. */
  leave(key: string): void {
    const stay = this.stays.get(key);
    const top = this.shown(key);
    if (stay === undefined) return;
    this.stays.delete(key);
    if (top !== undefined) this.own.set(key, { ...top, sinceMicros: Math.max(top.sinceMicros, stay.sinceMicros) });
  }

  cell(product: string, uom: string, at: Account): Cell {
    const known = this.loose.find((one) => one.product === product && one.uom === uom && isSame(one.at, at));
    if (known !== undefined) return known;
    const made = { product, uom, at, nano: 0n };
    this.loose.push(made);
    return made;
  }

  /** Double entry among loose goods. */
  post(product: string, uom: string, from: Account, to: Account, nano: bigint, step: Step): void {
    this.cell(product, uom, from).nano -= nano;
    this.cell(product, uom, to).nano += nano;
    this.touch(`stock ${product}`, from, to, uom, nano, step);
  }

  some(product: string, uom: string, at: Account, { event }: Step): void {
    this.somes.push({ product, uom, at, micros: event.eventTimeMicros, eventId: event.eventId });
  }

  /** Into or out of a container: loose goods change, the container's own booking takes the other side. */
  pack(container: string, product: string, uom: string, nano: bigint, loose: Account, step: Step): void {
    const box = this.packed.find((one) => one.container === container && one.product === product && one.uom === uom);
    if (box === undefined) this.packed.push({ container, product, uom, nano });
    else box.nano += nano;
    this.cell(product, uom, loose).nano -= nano;
    this.touch(`stock ${product}`, loose, this.shown(container)?.at ?? UNKNOWN, uom, nano, step);
  }

  packedIn(container: string, product: string, uom: string): bigint {
    return this.packed.find((one) => one.container === container && one.product === product && one.uom === uom)?.nano ?? 0n;
  }

  /** Sum of loose goods on accounts that match, not below zero. */
  looseSum(product: string, uom: string, wanted: (at: Account) => boolean): bigint {
    const sum = this.loose
      .filter((one) => one.product === product && one.uom === uom && wanted(one.at))
      .reduce((total, { nano }) => total + nano, 0n);
    return sum > 0n ? sum : 0n;
  }

  /** An exception, proved by earlier events and this one. */
  object(type: string, key: string, step: Step, ...before: readonly string[]): void {
    const eventIds = [...new Set([...before, step.event.eventId])].filter((id) => id !== '');
    this.objections.push({ type, key, party: step.recorder, eventIds, atMicros: step.event.eventTimeMicros });
  }

  /** The same with an amount that is missing. */
  objectToAmount(type: string, key: string, step: Step, amount: bigint, uom: string, ...before: readonly string[]): void {
    this.object(type, key, step, ...before);
    const last = this.objections.pop();
    if (last !== undefined) this.objections.push({ ...last, amount, uom });
  }

  /** Every account of every product without serials, packed goods with their container's. */
  cells(): Cell[] {
    const all = new Map<string, Cell>();
    const add = (product: string, uom: string, at: Account, nano: bigint): void => {
      const name = [product, uom, nameOf(at)].join('\n');
      all.set(name, { product, uom, at, nano: (all.get(name)?.nano ?? 0n) + nano });
    };
    for (const { product, uom, at, nano } of this.loose) add(product, uom, at, nano);
    for (const { container, product, uom, nano } of this.packed)
      add(product, uom, this.shown(container)?.at ?? account('unknown'), nano);
    return [...all.values()].filter(({ nano }) => nano !== 0n);
  }

  remember(micros: number): void {
    this.moments.push({ micros, own: new Map(this.own), stays: new Map(this.stays), cells: this.cells() });
  }
}
