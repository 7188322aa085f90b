import { kindOf, number, time } from './answers';
import { Backward } from './backward';
import { Forward } from './forward';
import { isThing, Lineage, Making, nameOf, nodeOf } from './lineage';
import { shipmentsOf } from './shipments';
import { Line, OracleWorld } from './world';

interface Edge {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly said: object;
}

type Content = OracleWorld['packed'][number];

/** Nodes and edges of what comes after a code, before it, or both. */
export function graphAnswer(
  lineage: Lineage,
  code: string,
  direction: 'forward' | 'backward' | 'both',
): { nodes: object[]; edges: object[] } {
  const { world } = lineage;
  const names = new Set([code]);
  const things = new Set<string>();
  const contents = new Set<Content>();
  const makings = new Set<Making>();
  const draw = (key: string, withLots: boolean): void => {
    things.add(key);
    if (withLots) for (const lot of world.lots.of(key)) names.add(lot);
  };
  if (direction !== 'backward') {
    const forward = new Forward(lineage, code);
    for (const [node, { derived, asLot }] of forward.reached) {
      if (!isThing(node)) names.add(nameOf(node));
      else draw(nameOf(node), derived);
      if (isThing(node) && asLot) names.add(world.lots.product(nameOf(node)));
      for (const one of world.packed.filter(({ product, nano }) => nano !== 0n && node === `stock ${product}`)) {
        contents.add(one);
        things.add(one.container);
      }
    }
    for (const whole of forward.wholes.keys()) draw(whole, true);
    for (const key of [...things]) for (const box of world.around(key)) things.add(box);
    for (const making of forward.makings) makings.add(making);
  }
  if (direction !== 'forward') {
    const backward = new Backward(lineage, code);
    for (const key of backward.named) draw(key, true);
    for (const product of backward.products) names.add(product);
    const boxes = [code, ...world.inside(code)];
    for (const one of world.packed.filter(({ container }) => boxes.includes(container))) contents.add(one);
    for (const making of backward.makings) makings.add(making);
  }
  const shipments = shipmentsOf(world, new Forward(lineage, code, direction !== 'backward'));
  const goods = new Set([...names, ...things]);
  const drawn = new Set([...goods, ...shipments.flatMap(({ from, to }) => [from, to])]);
  const edges = [
    ...[...things].flatMap((key) => edgesOfThing(lineage, key)),
    ...[...contents].flatMap(edgesOfContent),
    ...[...makings].flatMap((making) => edgesOfMaking(lineage, making, drawn)),
    ...shipments.map(({ from, to, said }) => edge('ships', from, to, said)),
  ].filter(({ from, to }) => drawn.has(from) && drawn.has(to));
  const unique = new Map(edges.map((edge) => [edge.name, edge.said]));
  return {
    nodes: [...drawn].sort().map((id) => {
      const at = things.has(id) ? (world.shown(id)?.at ?? { party: null, state: 'unknown' }) : undefined;
      if (!goods.has(id)) return { id, kind: id.startsWith('417/') ? 'party' : 'place' };
      return { id, kind: kindOf(id), ...(at === undefined ? {} : { party: at.party, state: at.state }) };
    }),
    edges: [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, said]) => said),
  };
}

type Said = { readonly eventId?: string; readonly uom?: string; readonly product?: string } & Record<string, unknown>;
const edge = (kind: string, from: string, to: string, said: Said, making = ''): Edge => ({
  name: [kind, from, to, said.eventId ?? '', said.uom ?? '', said.product ?? '', making].join('\n'),
  from,
  to,
  said: { from, to, kind, ...said },
});

function edgesOfThing({ world }: Lineage, key: string): Edge[] {
  const lots = world.lots.of(key);
  const certainty = lots.length > 1 ? 'possible' : 'certain';
  const members = lots.map((lot) => edge('member', lot, key, { certainty }));
  const stay = world.stays.get(key);
  if (stay === undefined) return members;
  const said = { eventId: stay.eventId, at: time(stay.sinceMicros), certainty: 'certain' };
  return [...members, edge('contains', stay.parent, key, said)];
}

function edgesOfContent({ container, product, uom, nano }: Content): Edge[] {
  return nano === 0n ? [] : [edge('contains', container, product, { quantity: number(nano), uom, certainty: 'certain' })];
}

function edgesOfMaking(lineage: Lineage, making: Making, drawn: ReadonlySet<string>): Edge[] {
  const sums = new Map<string, Line>();
  for (const input of making.inputs.filter((line) => drawn.has(nameOf(nodeOf(line))))) {
    const name = nodeOf(input) + input.uom;
    const known = sums.get(name)?.nano;
    sums.set(name, { ...input, nano: known === undefined ? input.nano : known + (input.nano ?? 0n) });
  }
  return making.outputs.flatMap((output) =>
    [...sums.values()].flatMap((input) => {
      const [from, to] = [nameOf(nodeOf(input)), nameOf(nodeOf(output))];
      if (from === to) return [];
      const amount = input.nano === undefined ? {} : { quantity: number(input.nano), uom: input.uom };
      const certainty = lineage.edge(making, input, output);
      const made = lineage.eventBehind(making, output);
      const event = made === undefined ? {} : { eventId: made.eventId, at: time(made.micros) };
      return [edge('input', from, to, { ...event, ...amount, certainty }, making.name)];
    }),
  );
}
