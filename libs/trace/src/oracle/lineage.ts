import { gtinOf, isTradeItem } from '@suyuan/gs1';
import { Certainty } from '../domain/trace-reader';
import { Line, OracleWorld } from './world';

/** `thing KEY`, or `stock PRODUCT` for goods without serials. */
export type Node = string;
export const thing = (key: string): Node => `thing ${key}`;
export const stock = (product: string): Node => `stock ${product}`;
export const isThing = (node: Node): boolean => node.startsWith('thing ');
export const nameOf = (node: Node): string => node.slice(6);

/** Lines of one transformation, over all its events. */
export interface Making {
  readonly name: string;
  readonly inputs: readonly Line[];
  readonly outputs: readonly Line[];
}

export const nodeOf = (line: Line): Node => (line.thing === undefined ? stock(line.product) : thing(line.thing));

/** What is made of what, read off the end of a replay (TRACE.md section 6). */
export class Lineage {
  readonly makings: readonly Making[];

  constructor(readonly world: OracleWorld) {
    const names = [...new Set(world.lines.map(({ transformation }) => transformation))];
    this.makings = names.map((name) => {
      const lines = world.lines.filter(({ transformation }) => transformation === name);
      return {
        name,
        inputs: lines.filter(({ side }) => side === 'input'),
        outputs: lines.filter(({ side }) => side === 'output'),
      };
    });
  }

  /** Every thing that was ever booked. */
  get things(): string[] {
    return [...this.world.origin.keys()].sort();
  }

  /** Products that goods without serials were ever booked of or used of. */
  get stocks(): string[] {
    const { touches, somes, lines } = this.world;
    const booked = touches.filter(({ goods }) => goods.startsWith('stock ')).map(({ goods }) => goods.slice(6));
    const used = lines.filter((line) => line.thing === undefined).map(({ product }) => product);
    return [...new Set([...booked, ...somes.map(({ product }) => product), ...used])].sort();
  }

  /** Certain when the output can contain no other lot of that class; from instance to instance always. */
  edge({ inputs }: Making, input: Line, output: Line): Certainty {
    if (input.thing !== undefined && output.thing !== undefined) return 'certain';
    const family = (product: string): string => gtinOf(product) ?? product;
    const rivals = inputs.filter(({ product }) => product !== input.product && family(product) === family(input.product));
    return rivals.length === 0 && this.isSoleOrigin(input, output) ? 'certain' : 'possible';
  }

  /** Goods without serials of several origins can't be told apart. */
  private isSoleOrigin(input: Line, output: Line): boolean {
    if (output.thing !== undefined) return true;
    const { touches, somes, lines } = this.world;
    const goods = stock(output.product);
    const created = [
      ...touches.filter((touch) => touch.goods === goods && touch.at.state === 'created'),
      ...somes.filter(({ product, at }) => product === output.product && at.state === 'created'),
    ];
    const own = lines
      .filter((line) => line.transformation === input.transformation && line.side === 'output' && line.product === output.product)
      .map(({ eventId }) => eventId);
    return created.every(({ eventId }) => own.includes(eventId));
  }

  /** The event that an edge names: a serial's creation, where this transformation alone made it. */
  eventBehind(making: Making, output: Line): { eventId: string; micros: number } | undefined {
    if (output.thing === undefined) return output;
    const [maker, other] = this.makersOf(output.thing);
    const first = this.world.creation.get(output.thing)?.event;
    if (maker !== making || other !== undefined || first === undefined) return undefined;
    return { eventId: first.eventId, micros: first.eventTimeMicros };
  }

  /** Reworked, it does not descend from itself; put out twice, the second time it may have come from the first. */
  isOnlyItself({ outputs }: Making, input: Line, output: Line): boolean {
    return (
      input.thing !== undefined &&
      input.thing === output.thing &&
      outputs.filter((other) => other.thing === input.thing).length === 1
    );
  }

  /** Some transformation brought it into being, not only reworked it. */
  isMade(key: string): boolean {
    return this.makersOf(key).length > 0;
  }

  private makersOf(key: string): Making[] {
    return this.makings.filter(({ inputs, outputs }) =>
      outputs.some(
        (output) => output.thing === key && !inputs.some((input) => input.thing === key && input.eventId === output.eventId),
      ),
    );
  }

  /** Trade items around a thing, or around goods without serials in a container: wholes that it is part of. */
  wholesAround(node: Node): string[] {
    const { world } = this;
    const boxes = isThing(node)
      ? world.around(nameOf(node))
      : world.packed
          .filter(({ product, nano }) => product === nameOf(node) && nano !== 0n)
          .flatMap(({ container }) => [container, ...world.around(container)]);
    return [...new Set(boxes)].filter(isTradeItem);
  }
}

export const weaker = (...all: Certainty[]): Certainty => (all.includes('possible') ? 'possible' : 'certain');
