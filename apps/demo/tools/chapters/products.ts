import { FUSE, FUSE_MAKER, HEATER_MAKER, IMPORTER, MOTOR, MOTOR_MAKER, PLATFORM, STRIP, STRIP_MAKER } from '../cast';
import { EpcisEvent, packing, receiving, shipping, transformation, unpacking } from '../epcis-writer';
import { palletId } from '../example-keys';
import {
  ABROAD,
  BAD_FUSES,
  BAD_HEATER_COUNT,
  BAD_HEATERS,
  GOOD_FUSES,
  GOOD_HEATER_COUNT,
  GOOD_HEATERS,
  HEATER_ROUTES,
  HEATERS_PER_PALLET,
  heaterLotOf,
  MOTORS,
  pallets,
  some,
  STRIP_ROUTES,
  STRIPS,
  STRIPS_PER_PALLET,
  units,
} from '../goods';
import { Tale } from '../tale';

const consignee = (party: number): number => (ABROAD.includes(party) ? IMPORTER : party);

/** Tier 2: fuses and motors become heaters with serial numbers; the same fuses become power strips counted by lot. */
export function tellOfProducts(tale: Tale): void {
  tellOfHeaters(tale);
  tellOfStrips(tale);
  for (const [to, numbers] of Object.entries(HEATER_ROUTES))
    for (const n of numbers) tale.ledger.moved(heaterLotOf(n), HEATER_MAKER, consignee(Number(to)), HEATERS_PER_PALLET);
  for (const [to, numbers] of Object.entries(STRIP_ROUTES))
    tale.ledger.moved(STRIPS, STRIP_MAKER, consignee(Number(to)), numbers.length * STRIPS_PER_PALLET);
}

function tellOfHeaters(tale: Tale): void {
  const maker = tale.site(HEATER_MAKER);
  const assembled = (lot: string, fuseLot: string, count: number, day: string): EpcisEvent =>
    transformation(
      maker,
      `${day}T16:00`,
      [some(FUSE, fuseLot, count), some(MOTOR, MOTORS, count)],
      { epcs: units(lot, 1, count) },
      lot,
      day,
    );
  const packed = (n: number): EpcisEvent => {
    const first = (n <= 10 ? n - 1 : n - 11) * HEATERS_PER_PALLET + 1;
    return packing(maker, '2025-03-28T14:00', palletId(n), { epcs: units(heaterLotOf(n), first, HEATERS_PER_PALLET) });
  };
  tale.epcis(
    '04-heater-maker',
    HEATER_MAKER,
    '2025-04-01',
    'Fuses and motors become heaters with serial numbers, packed on pallets and sent',
    [
      receiving(maker, tale.site(FUSE_MAKER), '2025-03-14T10:00', {
        quantities: [some(FUSE, BAD_FUSES, BAD_HEATER_COUNT), some(FUSE, GOOD_FUSES, GOOD_HEATER_COUNT)],
      }),
      receiving(maker, tale.site(MOTOR_MAKER), '2025-03-14T11:00', { quantities: [some(MOTOR, MOTORS, 336)] }),
      assembled(BAD_HEATERS, BAD_FUSES, BAD_HEATER_COUNT, '2025-03-20'),
      assembled(GOOD_HEATERS, GOOD_FUSES, GOOD_HEATER_COUNT, '2025-03-27'),
      ...Array.from({ length: 14 }, (_, i) => packed(i + 1)),
      ...sent(tale, HEATER_MAKER, HEATER_ROUTES, '2025-04-01T09:00', 'NL'),
    ],
  );
  const { ledger } = tale;
  ledger.consumed(BAD_FUSES, HEATER_MAKER, BAD_HEATER_COUNT);
  ledger.consumed(GOOD_FUSES, HEATER_MAKER, GOOD_HEATER_COUNT);
  ledger.made(BAD_HEATERS, HEATER_MAKER, BAD_HEATER_COUNT);
  ledger.made(GOOD_HEATERS, HEATER_MAKER, GOOD_HEATER_COUNT);
}

function tellOfStrips(tale: Tale): void {
  const maker = tale.site(STRIP_MAKER);
  const packed = (n: number): EpcisEvent =>
    packing(maker, '2025-03-29T14:00', palletId(n), { quantities: [some(STRIP, STRIPS, STRIPS_PER_PALLET)] });
  tale.epcis('05-strip-maker', STRIP_MAKER, '2025-04-01', 'Fuses of the same lot become power strips without serial numbers', [
    receiving(maker, tale.site(FUSE_MAKER), '2025-03-15T10:00', { quantities: [some(FUSE, BAD_FUSES, 4800)] }),
    transformation(
      maker,
      '2025-03-24T16:00',
      [some(FUSE, BAD_FUSES, 4800)],
      { quantities: [some(STRIP, STRIPS, 4800)] },
      STRIPS,
      '2025-03-24',
    ),
    ...Array.from({ length: 12 }, (_, i) => packed(51 + i)),
    ...sent(tale, STRIP_MAKER, STRIP_ROUTES, '2025-04-01T10:00', 'LH'),
  ]);
  tale.ledger.consumed(BAD_FUSES, STRIP_MAKER, 4800);
  tale.ledger.made(STRIPS, STRIP_MAKER, 4800);
}

function sent(tale: Tale, maker: number, routes: typeof HEATER_ROUTES, at: string, orders: string): EpcisEvent[] {
  return Object.entries(routes).map(([to, numbers]) =>
    shipping(tale.site(maker), tale.site(consignee(Number(to))), at, { epcs: pallets(numbers) }, `${orders}-${to}`),
  );
}

/** Tier 3: the importer passes pallets on unopened; the online mall opens its own. */
export function tellOfImport(tale: Tale): void {
  const importer = tale.site(IMPORTER);
  const abroad = (routes: typeof HEATER_ROUTES): string[] => ABROAD.flatMap((dc) => pallets(routes[dc] ?? []));
  tale.epcis(
    '06-importer',
    IMPORTER,
    '2025-04-16',
    'Pallets arrive in Hamburg and go on to two distribution centres, still packed',
    [
      receiving(importer, tale.site(HEATER_MAKER), '2025-04-14T08:00', { epcs: abroad(HEATER_ROUTES) }),
      receiving(importer, tale.site(STRIP_MAKER), '2025-04-14T09:00', { epcs: abroad(STRIP_ROUTES) }),
      ...ABROAD.map((dc) =>
        shipping(
          importer,
          tale.site(dc),
          '2025-04-15T07:00',
          { epcs: pallets([...(HEATER_ROUTES[dc] ?? []), ...(STRIP_ROUTES[dc] ?? [])]) },
          `EB-${dc}`,
        ),
      ),
    ],
  );
  for (const dc of ABROAD) {
    for (const n of HEATER_ROUTES[dc] ?? []) tale.ledger.moved(heaterLotOf(n), IMPORTER, dc, HEATERS_PER_PALLET);
    tale.ledger.moved(STRIPS, IMPORTER, dc, (STRIP_ROUTES[dc] ?? []).length * STRIPS_PER_PALLET);
  }
  const mall = tale.site(PLATFORM);
  tale.epcis('07-online-mall', PLATFORM, '2025-04-07', 'The online mall takes in a pallet of each product and opens it', [
    receiving(mall, tale.site(HEATER_MAKER), '2025-04-05T08:00', { epcs: [palletId(9)] }),
    receiving(mall, tale.site(STRIP_MAKER), '2025-04-05T09:00', { epcs: [palletId(60)] }),
    unpacking(mall, '2025-04-05T13:00', palletId(9)),
    unpacking(mall, '2025-04-05T14:00', palletId(60)),
  ]);
}
