import { describeKey, gtinOf } from '@suyuan/gs1';
import { effectiveFacts, Fact } from '../facts/fact';
import { PlaceParties } from '../facts/parties';
import { stepsInOrder } from '../facts/step';
import { Account, accountName, UNKNOWN } from '../world/account';
import { Cohort, cohortName } from '../world/cohort';
import { Posting, WorldException } from '../world/ledger';
import { replay } from '../world/replay';
import { ContentRow, PartRow, rowsOf, WorldRows } from '../world/rows';
import { RunningSum, sumOf } from '../world/running-sum';
import { Thing, outermost, withContents } from '../world/thing';
import { World } from '../world/world';
import { readPlace, writePlace } from './event-place';
import { EventChange, ExceptionScope, ExceptionSource, WantedChanges } from './exception-source';
import {
  AccountShare,
  Balance,
  BalanceChange,
  EventHead,
  GraphSource,
  headOf,
  LineageLine,
  lineName,
  partName,
  PostingPage,
  ProductSum,
  sortedBy,
  ThingPage,
  ThingState,
} from './graph-source';
import { isInRange, SerialRange } from './serial-range';

/** Answers from a world replayed in memory: any instant, any state of knowledge. */
export class MemorySource implements GraphSource, ExceptionSource {
  private readonly world: World;
  private readonly rows: WorldRows;
  private readonly known: readonly Fact[];
  private readonly facts: readonly Fact[];
  private readonly cohorts: readonly Cohort[];
  private readonly lines: readonly LineageLine[];
  private readonly inputs: readonly (LineageLine & { readonly thing: string })[];

  /** @param facts every fact that was known; later events than `asOfMicros` are left out here */
  constructor(
    facts: Iterable<Fact>,
    readonly asOfMicros: number,
    private readonly placeParties: PlaceParties,
  ) {
    this.known = [...facts];
    this.facts = this.known.filter(({ event, declaration }) => declaration || event.eventTimeMicros <= asOfMicros);
    this.world = replay(this.facts, { placeParties });
    this.rows = rowsOf(this.world);
    this.lines = [...this.rows.lines.values()].map(({ row, amount, unknowns, count }) => ({
      ...row,
      thing: undefined,
      amount: unknowns > 0 && amount === 0n ? undefined : amount,
      count,
    }));
    this.inputs = [...this.rows.inputs.values()].map(({ row }) => ({ ...row, count: 1 }));
    const found = new Map<string, Cohort>();
    for (const { row } of [...this.rows.postings.values(), ...this.rows.lines.values()])
      found.set(cohortName(row.cohort), row.cohort);
    this.cohorts = sortedBy([...found.values()], cohortName);
  }

  async cohortsOf(products: readonly string[]): Promise<Cohort[]> {
    const wanted = new Set(products);
    return this.cohorts.filter(({ product }) => wanted.has(product));
  }

  async productsOfClass(gtin: string): Promise<string[]> {
    const products = this.cohorts.map(({ product }) => product).filter((product) => gtinOf(product) === gtin);
    return [...new Set([`01/${gtin}`, ...products])].sort();
  }

  async things(keys: readonly string[]): Promise<ThingState[]> {
    return [...new Set(keys)]
      .map((key) => this.world.things.get(key))
      .filter((thing) => thing !== undefined)
      .map((thing) => this.stateOf(thing))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async thingsOf(cohorts: readonly Cohort[], after: string, limit: number): Promise<ThingPage> {
    const wanted = new Set(cohorts.map(cohortName));
    const things = [...this.world.things.values()]
      .filter((thing) => wanted.has(cohortName(thing.cohort)))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    const from = Number(after);
    return {
      things: things.slice(from, from + limit).map((thing) => this.stateOf(thing)),
      ...(from + limit < things.length ? { next: String(from + limit) } : {}),
    };
  }

  async serials(gtin: string, range: SerialRange): Promise<ThingState[]> {
    const prefix = `01/${gtin}/21/`;
    const keys = [...this.world.things.keys()].filter(
      (key) => key.startsWith(prefix) && isInRange(describeKey(key).serial ?? '', range),
    );
    return this.things(keys);
  }

  async conflicted(lots: readonly string[]): Promise<ThingState[]> {
    const wanted = new Set(lots);
    const things = [...this.world.things.values()].filter((thing) => {
      const claimed = this.world.claimsOf(thing.key).lots;
      return claimed.length > 1 && claimed.some(({ lot }) => wanted.has(lot));
    });
    return things.map((thing) => this.stateOf(thing)).sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async consumers(cohorts: readonly Cohort[], things: readonly string[]): Promise<LineageLine[]> {
    const names = new Set(cohorts.map(cohortName));
    const keys = new Set(things);
    const asked = this.inputs.filter(({ thing }) => keys.has(thing));
    const wanted = new Set(asked.map(({ transformation }) => transformation));
    for (const { side, cohort, transformation } of this.lines)
      if (side === 'input' && names.has(cohortName(cohort))) wanted.add(transformation);
    return sortedBy([...this.lines.filter(({ transformation }) => wanted.has(transformation)), ...asked], lineName);
  }

  async linesOf(transformations: readonly string[]): Promise<LineageLine[]> {
    const wanted = new Set(transformations);
    const summed = this.lines.filter(({ side, cohort }) => side === 'output' || cohort.kind === 'stock');
    return sortedBy(
      [...summed, ...this.inputs].filter(({ transformation }) => wanted.has(transformation)),
      lineName,
    );
  }

  async makersOfStock(products: readonly string[]): Promise<LineageLine[]> {
    const wanted = new Set(products);
    const makers = this.lines.filter(
      ({ side, cohort }) => side === 'output' && cohort.kind === 'stock' && wanted.has(cohort.product),
    );
    return this.linesOf(makers.map(({ transformation }) => transformation));
  }

  async stockOrigins(products: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const origins = new Map<string, string[]>(products.map((product) => [product, []]));
    for (const { cohort, account, eventId } of this.world.ledger.postings) {
      if (cohort.kind === 'stock' && account.state === 'created') origins.get(cohort.product)?.push(eventId);
    }
    return origins;
  }

  async wholesOf(cohorts: readonly Cohort[], things: readonly string[]): Promise<PartRow[]> {
    const names = new Set(cohorts.map(cohortName));
    const keys = new Set(things);
    return this.parts((row) => names.has(cohortName(row.partCohort)) || (row.part !== undefined && keys.has(row.part)));
  }

  async partsIn(cohorts: readonly Cohort[], wholes: readonly string[]): Promise<PartRow[]> {
    const names = new Set(cohorts.map(cohortName));
    const keys = new Set(wholes);
    return this.parts((row) => names.has(cohortName(row.wholeCohort)) || keys.has(row.whole));
  }

  async contentsOf(containers: readonly string[]): Promise<{ things: ThingState[]; quantities: ContentRow[] }> {
    const inside = new Map<string, Thing>();
    const boxes = new Set(containers);
    for (const key of containers) {
      const container = this.world.things.get(key);
      if (container === undefined) continue;
      for (const thing of withContents(container)) {
        boxes.add(thing.key);
        if (thing !== container) inside.set(thing.key, thing);
      }
    }
    const quantities = sortedContents(
      [...this.rows.contents.values()].map(({ row }) => row).filter(({ container }) => boxes.has(container)),
    );
    return {
      things: [...inside.values()].map((thing) => this.stateOf(thing)).sort((a, b) => (a.key < b.key ? -1 : 1)),
      quantities,
    };
  }

  async containersOfStock(products: readonly string[]): Promise<ContentRow[]> {
    const wanted = new Set(products);
    return sortedContents(
      [...this.rows.contents.values()].map(({ row }) => row).filter(({ cohort }) => wanted.has(cohort.product)),
    );
  }

  async balances(cohorts: readonly Cohort[]): Promise<Balance[]> {
    return summedBy(await this.postings(cohorts), ({ cohort }) => cohortName(cohort)).map(([{ cohort, account, uom }, sum]) => ({
      ...sum,
      cohort,
      account,
      uom,
    }));
  }

  async productSums(products: readonly string[]): Promise<ProductSum[]> {
    const postings = await this.postings(await this.cohortsOf(products));
    return summedBy(postings, ({ cohort }) => cohort.product).map(([{ cohort, account, uom }, sum]) => ({
      ...sum,
      product: cohort.product,
      account,
      uom,
    }));
  }

  async sinceTogether(shares: readonly AccountShare[]): Promise<number[]> {
    const since: number[] = [];
    for (const share of shares) {
      const changes = await this.balanceChanges([share]);
      since.push(sumOf(changes.map((change) => ({ ...change, touches: 1 })))?.sinceMicros ?? 0);
    }
    return since;
  }

  async balanceChanges(shares: readonly AccountShare[]): Promise<BalanceChange[]> {
    const wanted = new Set(
      shares.flatMap(({ cohorts, account, uom }) =>
        cohorts.map((cohort) => [cohortName(cohort), accountName(account), uom].join('\n')),
      ),
    );
    return [...this.world.ledger.postings].filter(({ cohort, account, uom }) =>
      wanted.has([cohortName(cohort), accountName(account), uom].join('\n')),
    );
  }

  async postings(cohorts: readonly Cohort[]): Promise<Posting[]> {
    const names = new Set(cohorts.map(cohortName));
    return [...this.world.ledger.postings]
      .filter(({ cohort }) => names.has(cohortName(cohort)))
      .sort((a, b) => a.atMicros - b.atMicros || (a.eventId < b.eventId ? -1 : 1));
  }

  async postingsPage(
    cohorts: readonly Cohort[],
    states: readonly Account['state'][],
    after: string,
    limit: number,
  ): Promise<PostingPage> {
    const named = (await this.postings(cohorts)).filter(({ account }) => states.includes(account.state));
    const all = sortedBy(named, postingName).sort(
      (a, b) => a.atMicros - b.atMicros || (a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0),
    );
    const from = Number(after);
    const postings = all.slice(from, from + limit);
    return { postings, ...(from + limit < all.length ? { next: String(from + limit) } : {}) };
  }

  async postingsByEvent(cohorts: readonly Cohort[], after: string, limit: number): Promise<PostingPage> {
    const last = after === '' ? undefined : readPlace(after);
    const left = (await this.postings(cohorts)).filter(
      ({ delta, atMicros, eventId }) =>
        delta !== 0n &&
        (last === undefined || atMicros > last.atMicros || (atMicros === last.atMicros && eventId > last.eventId)),
    );
    const events = new Map(left.map(({ eventId, atMicros }) => [eventId, atMicros]));
    const some = new Map([...events].slice(0, limit));
    const [eventId, atMicros] = [...some].at(-1) ?? [];
    return {
      postings: left.filter((posting) => some.has(posting.eventId)),
      ...(eventId === undefined || atMicros === undefined || some.size === events.size
        ? {}
        : { next: writePlace({ atMicros, eventId }) }),
    };
  }

  async worldOf(things: readonly string[]): Promise<World> {
    const wanted = new Set(things);
    return replay(this.facts, { placeParties: this.placeParties, books: (node) => wanted.has(node) });
  }

  async lifeOf(thing: string): Promise<{ world: World; facts: Fact[] }> {
    return { world: await this.worldOf([thing]), facts: inWorldOrder(this.facts) };
  }

  async headsOf(eventIds: readonly string[]): Promise<EventHead[]> {
    const wanted = new Set(eventIds);
    return this.facts
      .filter(({ event, declaration }) => !declaration && wanted.has(event.eventId))
      .map(({ event, recordTimeMicros }) => headOf(event, recordTimeMicros));
  }

  async exceptions({
    keys,
    party,
    type,
  }: {
    keys?: readonly string[];
    party?: string;
    type?: string;
  }): Promise<WorldException[]> {
    const wanted = keys === undefined ? undefined : new Set(keys);
    return [...this.rows.exceptions.values()]
      .map(({ row, amount }) => (row.uom === undefined ? row : { ...row, amount }))
      .filter(
        (row) =>
          (wanted?.has(row.key) ?? true) &&
          (party === undefined || row.party === party) &&
          (type === undefined || row.type === type),
      );
  }

  async raisedIn(scope: ExceptionScope | undefined): Promise<WorldException[]> {
    const rows = await this.exceptions({});
    if (scope === undefined) return rows;
    const [keys, products] = [new Set(scope.keys), new Set(scope.products)];
    return rows.filter(({ key }) => keys.has(key) || products.has(this.world.things.get(key)?.cohort.product ?? key));
  }

  async accountsBelowZero(state: 'held' | 'in_transit', products: readonly string[] | undefined): Promise<ProductSum[]> {
    const sums = (await this.sumsOf(products)).filter(({ account }) => account.state === state);
    const nameOf = ({ product, uom, account }: ProductSum): string => JSON.stringify([product, uom, account.party]);
    const below = new Set(sums.filter(({ amount }) => amount < 0n).map(nameOf));
    return sums.filter((sum) => below.has(nameOf(sum)));
  }

  async lanesSince(beforeMicros: number, products: readonly string[] | undefined): Promise<ProductSum[]> {
    return (await this.sumsOf(products)).filter(
      ({ account, amount, sinceMicros }) => account.state === 'in_transit' && amount > 0n && sinceMicros < beforeMicros,
    );
  }

  async changesOn(wanted: readonly WantedChanges[]): Promise<EventChange[][]> {
    const nameOf = (product: string, uom: string, account: Account): string => [product, uom, accountName(account)].join('\n');
    const names = new Set(wanted.map(({ product, uom, account }) => nameOf(product, uom, account)));
    const changes = new Map<string, EventChange[]>([...names].map((name) => [name, []]));
    for (const { cohort, uom, account, eventId, atMicros, delta } of this.world.ledger.postings)
      changes.get(nameOf(cohort.product, uom, account))?.push({ eventId, atMicros, delta });
    return wanted.map(({ product, uom, account, atMicros }) =>
      (changes.get(nameOf(product, uom, account)) ?? []).filter(
        (change) => atMicros === undefined || change.atMicros === atMicros,
      ),
    );
  }

  async futureFacts(): Promise<Fact[]> {
    return effectiveFacts(this.known).filter(({ event }) => event.eventTimeMicros > this.asOfMicros);
  }

  private async sumsOf(products: readonly string[] | undefined): Promise<ProductSum[]> {
    return this.productSums(products ?? [...new Set(this.cohorts.map(({ product }) => product))]);
  }

  private stateOf(thing: Thing): ThingState {
    const containers: string[] = [];
    for (let at = thing.parent; at !== undefined; at = at.parent) containers.push(at.key);
    const top = outermost(thing);
    return {
      key: thing.key,
      cohort: thing.cohort,
      custody: thing.parent === undefined ? thing.custody : undefined,
      sinceMicros: thing.custodySinceMicros,
      eventId: thing.custodyEventId,
      parent: thing.parent?.key,
      parentSinceMicros: thing.parentSinceMicros,
      parentEventId: thing.parentEventId,
      createdMicros: thing.creationMicros,
      createdPlace: thing.creationPlace,
      creationEventId: thing.creationEventId,
      goneBy: thing.goneBy,
      lastSeen: thing.lastSeen,
      shippedFrom: thing.shippedFrom,
      lots: this.world.claimsOf(thing.key).lots.map(({ lot }) => lot),
      effective: top.custody ?? UNKNOWN,
      effectiveSinceMicros:
        thing.parent === undefined ? thing.custodySinceMicros : Math.max(top.custodySinceMicros, thing.parentSinceMicros),
      containers,
    };
  }

  private parts(wanted: (row: PartRow) => boolean): PartRow[] {
    return sortedBy([...this.rows.parts.values()].map(({ row }) => row).filter(wanted), partName);
  }
}

const postingName = ({ account, cohort, uom }: Posting): string => [accountName(account), cohortName(cohort), uom].join('\n');

/** The standing ones of these facts. */
function inWorldOrder(facts: readonly Fact[]): Fact[] {
  return [...new Set(stepsInOrder(effectiveFacts(facts)).map(({ fact }) => fact))];
}

function sortedContents(rows: ContentRow[]): ContentRow[] {
  return sortedBy(rows, ({ container, cohort, uom }) => [container, cohort.product, uom].join('\n'));
}

/** Postings of each owner, account and unit summed up, with one of them. */
function summedBy(postings: readonly Posting[], ownerOf: (posting: Posting) => string): [Posting, RunningSum][] {
  const groups = new Map<string, Posting[]>();
  for (const posting of postings) {
    const name = [ownerOf(posting), accountName(posting.account), posting.uom].join('\n');
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [posting]);
    else known.push(posting);
  }
  return [...groups.values()].flatMap((group): [Posting, RunningSum][] => {
    const [first] = group;
    const sum = sumOf(group);
    return first === undefined || sum === undefined ? [] : [[first, sum]];
  });
}
