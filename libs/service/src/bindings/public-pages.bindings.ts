import { Global, Module } from '@nestjs/common';
import { Identifier, partyOfPlace } from '@suyuan/gs1';
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
import { TraceQueries } from '@suyuan/trace';

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

/** Where a product has been, out of the trace graph's timeline. */
class TracedJourney extends ProductJourney {
  constructor(private readonly trace: TraceQueries) {
    super();
  }

  override async of(key: string): Promise<JourneyFacts> {
    const entries = await this.trace.timeline(key);
    const steps = entries.flatMap((entry): JourneyStep[] => {
      const kind =
        entry.type === 'TransformationEvent'
          ? 'made'
          : entry.disposition === 'returned'
            ? 'returned'
            : KINDS[entry.bizStep ?? ''];
      if (kind === undefined) return [];
      const party = entry.party ?? (entry.place === null ? undefined : partyOfPlace(entry.place));
      return [
        {
          at: entry.at,
          kind,
          ...(party === undefined ? {} : { party }),
          ...(entry.place === null ? {} : { place: entry.place }),
        },
      ];
    });
    const productionDate = entries.find((entry) => entry.productionDate !== undefined)?.productionDate;
    const expiry = entries.find((entry) => entry.expiry !== undefined)?.expiry;
    return { steps, ...(productionDate === undefined ? {} : { productionDate }), ...(expiry === undefined ? {} : { expiry }) };
  }
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
