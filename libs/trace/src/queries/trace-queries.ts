import { Problem } from '@suyuan/platform';
import { describeKey, gtinOf, parseCode, toUri } from '@suyuan/gs1';
import { HolderRow, KnowledgeAt } from '../domain/trace-reader';
import { BalanceRow, balanceOf } from '../domain/lineage/balance';
import { Direction } from '../domain/lineage/graph-answer';
import { GraphPage, graphPage } from '../domain/lineage/graph-pages';
import { GraphSource } from '../domain/lineage/graph-source';
import { holdingsOf, Totals, totalsOf } from '../domain/lineage/holders';
import { HistoryEntry, HistoryPage, historyPage } from '../domain/lineage/history';
import { entriesBehind, Figure, FigureEntry, MassBalance, massBalanceOf } from '../domain/lineage/mass-balance';
import { reachForward, Selection } from '../domain/lineage/reach';
import { selectScope } from '../domain/lineage/scope-selection';
import { selectCode } from '../domain/lineage/selection';
import { SerialRange } from '../domain/lineage/serial-range';
import { microsToTime } from '../domain/facts/time';
import { GraphReader, OpenGraph, seedsOfKey } from './graph-reader';
import { HistoryDesk, HistoryNow } from './history-desk';

const TIMELINE_PAGE = 1_000;

/** What every answer says of itself. */
export interface AnswerHead {
  /** The code's canonical key as a URI. */
  readonly code: string;
  readonly asOf: string;
  /** As asked; `position` is what it came to. */
  readonly asKnownAt: string;
  /** Log position the answer rests on. */
  readonly position: number;
}

export interface HoldersAnswer extends AnswerHead {
  readonly holders: readonly HolderRow[];
  /** The code's own product in its main unit; every product and unit is in `products`. */
  readonly totals: Totals;
  readonly products: readonly ({ readonly product: string; readonly uom: string } & Totals)[];
}

const NOTHING: Totals = {
  produced: 0,
  held: 0,
  in_transit: 0,
  sold: 0,
  consumed: 0,
  destroyed: 0,
  decommissioned: 0,
  unknown: 0,
};

/** The questions of API.md, "Trace", answered with URIs for keys. */
export class TraceQueries {
  private readonly histories: HistoryDesk;

  constructor(private readonly graph: GraphReader) {
    this.histories = new HistoryDesk(graph);
  }

  async holders(key: string, at: KnowledgeAt, derived: boolean): Promise<HoldersAnswer> {
    return this.answerHolders(key, at, derived, (source) => selectCode(source, key));
  }

  private async answerHolders(
    key: string,
    at: KnowledgeAt,
    derived: boolean,
    select: (source: GraphSource) => Promise<Selection>,
  ): Promise<HoldersAnswer> {
    return this.ask(key, at, async (source) => {
      const selection = await select(source);
      const own = new Set(await this.ownProducts(source, key));
      const holdings = await holdingsOf(
        source,
        derived ? await reachForward(source, selection) : { selection, wholes: new Map() },
      );
      const totals = totalsOf(holdings);
      const main = totals.filter(({ product }) => own.has(product));
      const uom = main.some((entry) => entry.uom === 'EA') ? 'EA' : main[0]?.uom;
      return {
        holders: holdings.rows.map(rowWithUris),
        totals: addUp(main.filter((entry) => entry.uom === uom).map((entry) => entry.totals)),
        products: totals.map((entry) => ({ product: toUri(entry.product), uom: entry.uom, ...entry.totals })),
      };
    });
  }

  /** @param serials only the serials of the class or lot in this range */
  async holdersOfSerials(key: string, at: KnowledgeAt, derived: boolean, serials: SerialRange): Promise<HoldersAnswer> {
    const { gtin, lot } = describeKey(key);
    const include = [
      { ...(gtin === undefined ? {} : { gtin }), ...(lot === undefined ? {} : { lots: [lot] }), serialRanges: [serials] },
    ];
    return this.answerHolders(key, at, derived, (source) => selectScope(source, { include }));
  }

  /** Product by product what was made, where it is and where it ended. */
  async massBalance(key: string, at: KnowledgeAt): Promise<AnswerHead & { products: readonly MassBalance[] }> {
    return this.ask(key, at, async (source) => ({
      products: (await massBalanceOf(source, key)).map((row) => ({ ...row, product: toUri(row.product) })),
    }));
  }

  /** The entries behind one figure of a mass balance. */
  async massBalanceEntries(
    key: string,
    at: KnowledgeAt,
    asked: { product: string; figure: Figure; after: string; limit: number },
  ): Promise<AnswerHead & { items: readonly FigureEntry[]; next?: string }> {
    return this.ask(key, at, async (source) => {
      const { items, ...rest } = await entriesBehind(source, key, asked);
      return {
        items: items.map((entry) => ({ ...entry, party: uriOrNull(entry.party), place: uriOrNull(entry.place) })),
        ...rest,
      };
    });
  }

  async balance(key: string, at: KnowledgeAt): Promise<AnswerHead & { accounts: readonly BalanceRow[] }> {
    return this.ask(key, at, async (source) => ({ accounts: (await balanceOf(source, key)).map(balanceWithUris) }));
  }

  /** A page of a timeline; see `historyPage`. */
  async history(
    key: string,
    at: KnowledgeAt,
    page: { readonly after: string; readonly limit: number },
  ): Promise<AnswerHead & HistoryPage> {
    const withUris = ({ items, ...rest }: HistoryPage): HistoryPage => ({ items: items.map(historyWithUris), ...rest });
    if (at.asOf !== undefined || at.asKnownAt !== undefined)
      return this.ask(key, at, async (source) => withUris(await historyPage(source, key, page.after, page.limit)));
    const { position, asOfMicros, ...found } = await this.histories.of({ key, ...page });
    return {
      code: toUri(key),
      asOf: microsToTime(asOfMicros),
      asKnownAt: String(position),
      position,
      ...withUris(found),
    };
  }

  /** The timeline with canonical keys, for other modules; page by page, each as it is when it is asked for. */
  async *timeline(key: string): AsyncGenerator<HistoryEntry> {
    for (let after: string | undefined = ''; after !== undefined;) {
      const page: HistoryNow = await this.histories.of({ key, after, limit: TIMELINE_PAGE });
      yield* page.items;
      after = page.next;
    }
  }

  /** The first entries of a timeline. */
  async beginning(key: string, limit: number): Promise<HistoryPage> {
    return this.histories.of({ key, after: '', limit });
  }

  /** A page of the graph around a code. @param place the `next` of the page before; '' for the first */
  async graphPage(
    key: string,
    at: KnowledgeAt,
    direction: Direction,
    place: string,
    limit: number,
  ): Promise<AnswerHead & { root: string } & GraphPage> {
    return this.ask(key, at, async (source) => {
      const { nodes, edges, ...rest } = await graphPage(source, key, direction, place, limit);
      return {
        root: toUri(key),
        ...rest,
        nodes: nodes.map((node) => ({
          ...node,
          id: toUri(node.id),
          ...(node.party === null || node.party === undefined ? {} : { party: toUri(node.party) }),
        })),
        edges: edges.map((edge) => ({
          ...edge,
          from: toUri(edge.from),
          to: toUri(edge.to),
          ...(edge.product === undefined ? {} : { product: toUri(edge.product) }),
        })),
      };
    });
  }

  /** The products whose totals are the code's own: a class covers its lots. */
  private async ownProducts(source: GraphSource, key: string): Promise<string[]> {
    const { kind } = describeKey(key);
    const gtin = gtinOf(key);
    if (kind === 'class' && gtin !== undefined) return source.productsOfClass(gtin);
    if (kind === 'lot') return [key];
    return [key, ...(await source.things([key])).map(({ cohort }) => cohort.product)];
  }

  private async ask<T extends object>(
    key: string,
    at: KnowledgeAt,
    answer: (source: GraphSource) => Promise<T>,
  ): Promise<AnswerHead & T> {
    return this.graph.read(at, seedsOfKey(key), async (graph: OpenGraph) => ({
      code: toUri(key),
      asOf: at.asOf ?? microsToTime(graph.moment.asOfMicros),
      asKnownAt: at.asKnownAt ?? String(graph.position),
      position: graph.position,
      ...(await answer(graph.source)),
    }));
  }
}

/** The canonical key of a code in any spelling; a malformed one is a 400 that says why. */
export function requiredKey(code: string): string {
  const parsed = parseCode(code);
  if (parsed.ok) return parsed.identifier.key;
  throw Problem.badRequest(parsed.error.rule, parsed.error.message, [
    { field: 'code', rule: parsed.error.rule, message: parsed.error.message },
  ]);
}

const uriOrNull = (key: string | null): string | null => (key === null ? null : toUri(key));

/** Written out, not spread: a lot has thousands of rows. */
export function rowWithUris(row: HolderRow): HolderRow {
  const { quantity, uom, state, since, certainty } = row;
  const [party, place, product] = [uriOrNull(row.party), uriOrNull(row.place), toUri(row.product)];
  if (row.from === undefined) return { party, place, product, quantity, uom, state, since, certainty };
  return { party, place, product, quantity, uom, state, from: uriOrNull(row.from), since, certainty };
}

function balanceWithUris(row: BalanceRow): BalanceRow {
  return {
    ...row,
    party: uriOrNull(row.party),
    place: uriOrNull(row.place),
    product: toUri(row.product),
    ...(row.from === undefined ? {} : { from: uriOrNull(row.from) }),
  };
}

function historyWithUris(entry: HistoryEntry): HistoryEntry {
  const keys = { party: uriOrNull(entry.party), place: uriOrNull(entry.place) };
  const written = Object.assign({}, entry, keys, entry.via === undefined ? undefined : { via: toUri(entry.via) });
  return entry.movements === undefined ? written : { ...written, movements: entry.movements.map(movementWithUris) };
}

function movementWithUris(movement: NonNullable<HistoryEntry['movements']>[number]): typeof movement {
  return {
    ...movement,
    party: uriOrNull(movement.party),
    place: uriOrNull(movement.place),
    product: toUri(movement.product),
    ...(movement.from === undefined ? {} : { from: uriOrNull(movement.from) }),
  };
}

function addUp(totals: readonly Totals[]): Totals {
  const sum: Record<keyof Totals, number> = { ...NOTHING };
  for (const each of totals)
    for (const name of Object.keys(NOTHING) as (keyof Totals)[]) sum[name] = Math.round((sum[name] + each[name]) * 1e9) / 1e9;
  return sum;
}
