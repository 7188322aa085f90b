import { Global, Module } from '@nestjs/common';
import { describeKey, Identifier, partyOfPlace } from '@suyuan/gs1';
import {
  JourneyFacts,
  JourneyStep,
  ProductJourney,
  PublicRecall,
  PublicRecallReader,
  ShopperCheck,
  ShopperVerdict,
} from '@suyuan/pages';
import { CodeCheck, PublicRecalls, PublicRecallView } from '@suyuan/recall';
import { HistoryEntry, TraceQueries } from '@suyuan/trace';

/** The shopper's check is the till's. */
class TillCheck extends ShopperCheck {
  constructor(private readonly codes: CodeCheck) {
    super();
  }

  override async check(code: Identifier): Promise<ShopperVerdict> {
    return this.codes.check(code);
  }
}

/** Published recalls out of the recall library. */
class PublishedRecalls extends PublicRecallReader {
  constructor(private readonly recalls: PublicRecalls) {
    super();
  }

  override async find(id: string): Promise<PublicRecall | undefined> {
    const found = await this.recalls.find(id);
    return found === undefined ? undefined : asPublicRecall(found);
  }

  override async list(page: {
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<{ readonly items: readonly PublicRecall[]; readonly next?: string }> {
    const offset = Number(page.cursor ?? 0) || 0;
    const rows = await this.recalls.list(page.limit + 1, offset);
    return {
      items: rows.slice(0, page.limit).map(asPublicRecall),
      ...(rows.length > page.limit ? { next: String(offset + page.limit) } : {}),
    };
  }
}

function asPublicRecall({ scopeInWords, scope: _, ...recall }: PublicRecallView): PublicRecall {
  return { ...recall, scope: scopeInWords };
}

const KINDS: Readonly<Record<string, JourneyStep['kind'] | undefined>> = {
  commissioning: 'made',
  packing: 'packed',
  shipping: 'shipped',
  receiving: 'arrived',
  retail_selling: 'sold',
  destroying: 'ended',
  decommissioning: 'ended',
};

/** Of a timeline no more is shown to a shopper: that of a lot may have a million entries. */
const ENTRIES_MAX = 200;

/** Where a product has been, out of the trace graph's timeline. */
class TracedJourney extends ProductJourney {
  constructor(private readonly trace: TraceQueries) {
    super();
  }

  override async of(key: string): Promise<JourneyFacts> {
    const { items: entries, next } = await this.trace.beginning(key, ENTRIES_MAX);
    const steps = entries.flatMap(stepsOf);
    const productionDate = entries.find((entry) => entry.productionDate !== undefined)?.productionDate;
    const expiry = entries.find((entry) => entry.expiry !== undefined)?.expiry;
    return {
      steps: describeKey(key).kind === 'instance' ? steps : firstOfEach(steps),
      ...(next === undefined ? {} : { goesOn: true }),
      ...(productionDate === undefined ? {} : { productionDate }),
      ...(expiry === undefined ? {} : { expiry }),
    };
  }
}

function stepsOf(entry: HistoryEntry): JourneyStep[] {
  const kind = kindOf(entry);
  if (kind === undefined) return [];
  const party = entry.party ?? (entry.place === null ? undefined : partyOfPlace(entry.place));
  return [
    { at: entry.at, kind, ...(party === undefined ? {} : { party }), ...(entry.place === null ? {} : { place: entry.place }) },
  ];
}

function kindOf({ type, side, disposition, bizStep }: HistoryEntry): JourneyStep['kind'] | undefined {
  if (type === 'TransformationEvent') return side === 'input' ? 'used' : 'made';
  return disposition === 'returned' ? 'returned' : KINDS[bizStep ?? ''];
}

/** What the cases of a lot do one after another is one step of the lot's. */
function firstOfEach(steps: readonly JourneyStep[]): JourneyStep[] {
  const found = new Map<string, JourneyStep>();
  for (const step of steps) {
    const name = JSON.stringify([step.kind, step.party, step.place]);
    if (!found.has(name)) found.set(name, step);
  }
  return [...found.values()];
}

/** Fills the ports of the public pages: the only place where pages, recalls and the graph are all known. */
@Global()
@Module({
  providers: [
    { provide: ShopperCheck, inject: [CodeCheck], useFactory: (codes: CodeCheck) => new TillCheck(codes) },
    {
      provide: PublicRecallReader,
      inject: [PublicRecalls],
      useFactory: (recalls: PublicRecalls) => new PublishedRecalls(recalls),
    },
    { provide: ProductJourney, inject: [TraceQueries], useFactory: (trace: TraceQueries) => new TracedJourney(trace) },
  ],
  exports: [ShopperCheck, PublicRecallReader, ProductJourney],
})
export class PublicPagesBindings {}
