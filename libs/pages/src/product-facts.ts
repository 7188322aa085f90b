import { Directory, PartyRecord, ProductRecord } from '@suyuan/access';
import { Identifier } from '@suyuan/gs1';
import { AncestryIdentity, TraceReader } from '@suyuan/trace';
import { Injectable } from '@nestjs/common';
import { JourneyStep, ProductJourney } from './ports/product-journey';
import { ShopperCheck, ShopperVerdict } from './ports/shopper-check';

/** Ingredients and parts shown at most; the rest is a matter for the trace API. */
const MADE_FROM_MAX = 20;

/** A party and a country, as a shopper reads them. */
export interface Stop {
  readonly at: string;
  readonly kind: JourneyStep['kind'];
  readonly party?: string;
  readonly country?: string;
}

/** What the page of one code says, before it is put into words. */
export interface ProductFacts {
  readonly code: Identifier;
  readonly product?: ProductRecord;
  readonly producer?: string;
  readonly origin?: string;
  /** Lots of the code: stated by it, or known from its creation. */
  readonly lots: readonly string[];
  readonly producedAt?: string;
  readonly expiry?: string;
  readonly madeFrom: readonly { readonly product?: ProductRecord; readonly key: string }[];
  readonly stops: readonly Stop[];
  /** There are later stops, too many to show. */
  readonly goesOn: boolean;
  readonly check: ShopperVerdict;
  /** Nobody has said anything about this product. */
  readonly unknown: boolean;
}

/** Collects what is known about a scanned code from master data, the trace graph and the recalls. */
@Injectable()
export class ProductFactsReader {
  constructor(
    private readonly directory: Directory,
    private readonly trace: TraceReader,
    private readonly journey: ProductJourney,
    private readonly recalls: ShopperCheck,
  ) {}

  async read(code: Identifier): Promise<ProductFacts> {
    const lotKey = code.lot === undefined ? undefined : `01/${code.gtin ?? ''}/10/${encodeURIComponent(code.lot)}`;
    const [product, ancestry, facts, check] = await Promise.all([
      this.directory.product(`01/${code.gtin ?? ''}`),
      this.trace.ancestry(code.key),
      this.journey.of(code.key),
      this.recalls.check(code),
    ]);
    const self = ancestry.identities.find((identity) => identity.relation === 'self');
    const lots = [
      ...new Set([...(lotKey === undefined ? [] : [lotKey]), ...(code.kind === 'lot' ? [code.key] : []), ...(self?.lots ?? [])]),
    ];
    const lotFacts =
      code.kind === 'instance' && facts.expiry === undefined && lots[0] !== undefined ? await this.journey.of(lots[0]) : facts;
    const stops = await this.stopsOf(facts.steps);
    const producer = await this.producerOf(product, stops);
    const madeAt = stops.find((stop) => stop.kind === 'made');
    const producedAt = facts.productionDate ?? lotFacts.productionDate ?? self?.createdAt ?? madeAt?.at;
    const origin = product?.origin ?? madeAt?.country ?? (await this.countryOf(self?.createdAtPlace));
    const expiry = facts.expiry ?? lotFacts.expiry;
    return {
      code,
      lots: lots.map(lotNumber),
      madeFrom: await this.madeFrom(ancestry.identities),
      stops,
      goesOn: facts.goesOn === true,
      check,
      unknown: product === undefined && stops.length === 0 && self?.createdAt === undefined,
      ...(product === undefined ? {} : { product }),
      ...(producer === undefined ? {} : { producer }),
      ...(origin === undefined ? {} : { origin }),
      ...(producedAt === undefined ? {} : { producedAt }),
      ...(expiry === undefined ? {} : { expiry }),
    };
  }

  private async madeFrom(identities: readonly AncestryIdentity[]): Promise<ProductFacts['madeFrom']> {
    const classes = new Set(
      identities
        .filter((i) => (i.relation === 'ancestor' || i.relation === 'content') && i.gtin !== undefined)
        .map((i) => `01/${i.gtin ?? ''}`),
    );
    return Promise.all(
      [...classes].slice(0, MADE_FROM_MAX).map(async (key) => {
        const product = await this.directory.product(key);
        return product === undefined ? { key } : { key, product };
      }),
    );
  }

  private async stopsOf(steps: readonly JourneyStep[]): Promise<Stop[]> {
    const parties = await this.directory.parties([...new Set(steps.flatMap((step) => step.party ?? []))]);
    return Promise.all(
      steps.map(async (step) => {
        const party = nameOf(parties.get(step.party ?? ''));
        const country = await this.countryOf(step.place);
        return {
          at: step.at,
          kind: step.kind,
          ...(party === undefined ? {} : { party }),
          ...(country === undefined ? {} : { country }),
        };
      }),
    );
  }

  private async producerOf(product: ProductRecord | undefined, stops: readonly Stop[]): Promise<string | undefined> {
    if (product?.producer === undefined) return stops.find((stop) => stop.kind === 'made')?.party;
    return product.producer.startsWith('417/') ? nameOf(await this.directory.party(product.producer)) : product.producer;
  }

  private async countryOf(place: string | undefined): Promise<string | undefined> {
    return place === undefined ? undefined : (await this.directory.place(place))?.country;
  }
}

const nameOf = (party: PartyRecord | undefined): string | undefined =>
  party === undefined || party.name === '' ? undefined : party.name;

/** The lot as printed, from its canonical key. */
function lotNumber(lotKey: string): string {
  return decodeURIComponent(lotKey.split('/10/')[1] ?? lotKey);
}
