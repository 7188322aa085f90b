import { Directory, PartyRecord, PlaceRecord, ProductRecord } from '@suyuan/access';
import { Identifier } from '@suyuan/gs1';
import { createHttpAdapter, InputPipe, KnownRoutes, ProblemFilter, Settings } from '@suyuan/platform';
import { Ancestry, ScopeHolders, TraceReader } from '@suyuan/trace';
import { Global, Module } from '@nestjs/common';
import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { PagesModule } from '../pages.module';
import { JourneyFacts, ProductJourney } from '../ports/product-journey';
import { PublicRecall, PublicRecallReader } from '../ports/public-recall-reader';
import { ShopperCheck, ShopperVerdict } from '../ports/shopper-check';

/** Everything behind the pages, as a test sets it. */
export class Backstage {
  products = new Map<string, ProductRecord>();
  parties = new Map<string, PartyRecord>();
  places = new Map<string, PlaceRecord>();
  ancestries = new Map<string, Ancestry>();
  journeys = new Map<string, JourneyFacts>();
  verdict: ShopperVerdict = { verdict: 'not_affected', recalls: [] };
  recalls: PublicRecall[] = [];
  checked: Identifier[] = [];
}

/** The pages on a real HTTP stack, over the given backstage. */
export async function openShopWindow(backstage: Backstage): Promise<NestFastifyApplication> {
  const directory: Directory = {
    party: async (id) => backstage.parties.get(id),
    parties: async (ids) => new Map([...backstage.parties].filter(([id]) => ids.includes(id))),
    product: async (key) => backstage.products.get(key),
    place: async (key) => backstage.places.get(key),
  };
  const trace: TraceReader = {
    ancestry: async (key) =>
      backstage.ancestries.get(key) ?? {
        key,
        kind: 'instance',
        identities: [{ key, lots: [], certainty: 'certain', relation: 'self' }],
      },
    ancestries: async () => new Map(),
    holdersOfScope: async (): Promise<ScopeHolders> => ({ position: 0, rows: [], former: [], producers: [], produced: [] }),
    proofOf: async (party, products) => ({ party, products, steps: [], madeFrom: [], complete: true, position: 0 }),
    throughputOf: async () => [],
    position: async () => 0,
    selfIdentities: async () => new Map(),
    productsOf: async () => [],
    contradictedLots: async () => [],
    unitsOf: async () => [],
    touchedProducts: async () => [],
  };
  const check: ShopperCheck = { check: async (code) => (backstage.checked.push(code), backstage.verdict) };
  const recalls: PublicRecallReader = {
    find: async (id) => backstage.recalls.find((recall) => recall.id === id),
    list: async ({ limit }) => ({ items: backstage.recalls.slice(0, limit) }),
  };
  const journey: ProductJourney = { of: async (key) => backstage.journeys.get(key) ?? { steps: [] } };
  const provided = [
    { provide: Directory, useValue: directory },
    { provide: TraceReader, useValue: trace },
    { provide: ShopperCheck, useValue: check },
    { provide: PublicRecallReader, useValue: recalls },
    { provide: ProductJourney, useValue: journey },
    { provide: Settings, useValue: { publicUrl: 'https://trace.example', host: '127.0.0.1', port: 8080 } },
  ];

  @Global()
  @Module({ providers: provided, exports: provided.map((one) => one.provide) })
  class BackstageModule {}

  // The platform's own ground: its input pipe refuses query parameters that an endpoint's signature seems to type.
  const routes = new KnownRoutes();
  const testing = await Test.createTestingModule({ imports: [BackstageModule, PagesModule] }).compile();
  const app = testing.createNestApplication<NestFastifyApplication>(createHttpAdapter(routes));
  app.useGlobalFilters(new ProblemFilter(routes));
  app.useGlobalPipes(new InputPipe());
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}
