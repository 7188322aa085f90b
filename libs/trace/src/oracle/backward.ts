import { describeKey, gtinOf } from '@suyuan/gs1';
import { Line } from './world';
import { isThing, Lineage, Making, nameOf, Node, nodeOf, stock, thing } from './lineage';

/** What a code consists of and was made of, transitively. */
export class Backward {
  /** With the products whose origins may be the node's. */
  readonly reached = new Map<Node, Set<string>>();
  readonly makings = new Set<Making>();
  /** Drawn by their own names; the others by that of their lot only. */
  readonly named = new Set<string>();
  /** Serials reached as goods of their lot. */
  private readonly ofLots = new Set<Node>();
  /** Products that stand for goods reached. */
  readonly products = new Set<string>();

  constructor(
    private readonly lineage: Lineage,
    code: string,
  ) {
    this.start(code);
    for (let before = ''; before !== this.state();) {
      before = this.state();
      for (const [node, products] of [...this.reached]) this.follow(node, products);
    }
  }

  private state(): string {
    return JSON.stringify([
      [...this.reached].map(([node, products]) => [node, [...products]]),
      this.makings.size,
      [...this.named],
    ]);
  }

  private start(code: string): void {
    const { world, things, stocks } = this.lineage;
    const { kind } = describeKey(code);
    if (kind !== 'lot' && kind !== 'class') {
      if (!things.includes(code)) return;
      this.asItself(code);
      this.contents(code);
      return;
    }
    const covers = (product: string): boolean => (kind === 'class' ? gtinOf(product) === gtinOf(code) : product === code);
    for (const product of stocks.filter(covers)) this.asStock(product);
    for (const key of things) {
      const isShown = covers(world.lots.product(key));
      const claimed = world.lots.of(key);
      if (isShown) this.asLot(key);
      if (claimed.length > 1 && claimed.some(covers)) this.asSerial(key);
      if (isShown || claimed.some(covers)) this.contents(key);
    }
  }

  /** Everything in a container, at any depth. */
  private contents(box: string): void {
    const { world } = this.lineage;
    const boxes = [box, ...world.inside(box)];
    for (const key of boxes.slice(1)) this.asItself(key);
    for (const { container, product, nano } of world.packed) if (boxes.includes(container) && nano !== 0n) this.asStock(product);
  }

  private add(node: Node, products: readonly string[]): void {
    const known = this.reached.get(node);
    if (known === undefined) this.reached.set(node, new Set(products));
    else for (const product of products) known.add(product);
  }

  private asStock(product: string): void {
    this.products.add(product);
    this.add(stock(product), [product]);
  }

  /** As goods of the lot that it is shown under. */
  private asLot(key: string): void {
    const product = this.lineage.world.lots.product(key);
    this.products.add(product);
    this.ofLots.add(thing(key));
    this.add(thing(key), [product]);
  }

  private asSerial(key: string): void {
    const { lots } = this.lineage.world;
    this.add(thing(key), [lots.product(key), ...lots.of(key)]);
  }

  private asItself(key: string): void {
    this.named.add(key);
    this.asSerial(key);
  }

  private follow(node: Node, products: ReadonlySet<string>): void {
    for (const making of this.lineage.makings) {
      for (const output of making.outputs) {
        if (!this.isWay(node, products, nodeOf(output))) continue;
        this.makings.add(making);
        for (const input of making.inputs) {
          if (input.thing === undefined) this.used(input.product);
          else if (!this.isOwn(making, node, input, output)) this.asItself(input.thing);
        }
      }
    }
  }

  /** The goods asked about are the input itself, reworked. */
  private isOwn(making: Making, node: Node, input: Line, output: Line): boolean {
    if (this.ofLots.has(node)) return this.lineage.isOnlyItself(making, input, output);
    return input.thing !== undefined && input.thing === output.thing;
  }

  private isWay(node: Node, products: ReadonlySet<string>, output: Node): boolean {
    if (output === node) return true;
    return isThing(node) && !isThing(output) && products.has(nameOf(output)) && !this.lineage.isMade(nameOf(node));
  }

  /** Used without serials: any of the lot's may have been used. */
  private used(product: string): void {
    const { world, things } = this.lineage;
    this.asStock(product);
    for (const key of things) if (world.lots.product(key) === product) this.asLot(key);
  }
}
