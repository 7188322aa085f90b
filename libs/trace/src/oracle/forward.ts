import { describeKey, gtinOf } from '@suyuan/gs1';
import { Certainty } from '../domain/trace-reader';
import { isThing, Lineage, Making, nameOf, Node, nodeOf, stock, thing, weaker } from './lineage';

interface Reached {
  certainty: Certainty;
  /** It was made of the start, or is goods of a lot that was. */
  derived: boolean;
  /** It stands for its lot: what was used of that lot without serials may have been it. */
  asLot: boolean;
}

/** What a question about a code is about, and everything that was made of it. */
export class Forward {
  readonly reached = new Map<Node, Reached>();
  readonly makings = new Set<Making>();
  /** Wholes that contain what was reached. */
  readonly wholes = new Map<string, Certainty>();

  constructor(
    private readonly lineage: Lineage,
    code: string,
    derived = true,
  ) {
    this.start(code);
    if (!derived) return;
    for (let before = ''; before !== this.state();) {
      before = this.state();
      for (const making of lineage.makings) this.follow(making);
    }
    for (const [node, { certainty }] of this.reached)
      for (const whole of lineage.wholesAround(node)) if (this.wholes.get(whole) !== 'certain') this.wholes.set(whole, certainty);
  }

  /** Certainty that a thing is affected: of itself, or as the whole of an affected part. */
  certaintyOf(key: string): Certainty | undefined {
    const ways = [this.reached.get(thing(key))?.certainty, this.wholes.get(key)];
    return ways.includes('certain') ? 'certain' : (ways[0] ?? ways[1]);
  }

  private state(): string {
    return JSON.stringify([...this.reached, this.makings.size]);
  }

  private start(code: string): void {
    const { kind } = describeKey(code);
    const { lots } = this.lineage.world;
    const covers = (product: string): boolean => (kind === 'class' ? gtinOf(product) === gtinOf(code) : product === code);
    if (kind !== 'lot' && kind !== 'class') {
      if (this.lineage.things.includes(code)) this.add(thing(code), 'certain', false, false);
      return;
    }
    for (const product of this.lineage.stocks.filter(covers)) this.add(stock(product), 'certain', false, false);
    for (const key of this.lineage.things) {
      const claimed = lots.of(key);
      const isShown = covers(lots.product(key));
      if (!isShown && !claimed.some(covers)) continue;
      this.add(thing(key), kind === 'lot' && claimed.length > 1 ? 'possible' : 'certain', false, isShown);
    }
  }

  private add(node: Node, certainty: Certainty, derived: boolean, asLot: boolean): void {
    const known = this.reached.get(node);
    if (known === undefined) this.reached.set(node, { certainty, derived, asLot });
    else {
      if (certainty === 'certain') known.certainty = certainty;
      known.derived ||= derived;
      known.asLot ||= asLot;
    }
  }

  private follow(making: Making): void {
    for (const input of making.inputs) {
      const direct = this.reached.get(nodeOf(input))?.certainty;
      const certainty = direct ?? (input.thing === undefined && this.usedAsLot(input.product) ? 'possible' : undefined);
      if (certainty === undefined) continue;
      this.makings.add(making);
      for (const output of making.outputs) {
        if (this.lineage.isOnlyItself(making, input, output)) continue;
        this.add(nodeOf(output), weaker(certainty, this.lineage.edge(making, input, output)), true, true);
        if (output.thing === undefined) this.labelled(output.product);
      }
    }
  }

  private usedAsLot(product: string): boolean {
    const { lots } = this.lineage.world;
    return [...this.reached].some(([node, { asLot }]) => isThing(node) && asLot && lots.product(nameOf(node)) === product);
  }

  /** Goods that can't be told apart: the lot's serials that no transformation made are reached with them. */
  private labelled(product: string): void {
    const { lots } = this.lineage.world;
    for (const key of this.lineage.things) {
      const isShown = lots.product(key) === product;
      const isClaimed = isShown || lots.of(key).includes(product);
      if (isClaimed && !this.lineage.isMade(key)) this.add(thing(key), 'possible', true, isShown);
    }
  }
}
