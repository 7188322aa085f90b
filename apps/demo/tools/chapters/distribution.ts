import {
  DC_EAST,
  DC_HAMBURG,
  DC_LYON,
  DC_NORTH,
  HEATER_MAKER,
  IMPORTER,
  LATE_SHOP,
  SHOPS,
  STRIP,
  STRIP_MAKER,
  UNTOUCHED_SHOP,
} from '../cast';
import { EpcisEvent, Goods, receiving, shipping, unpacking } from '../epcis-writer';
import { gln } from '../example-keys';
import {
  ABROAD,
  BAD_HEATERS,
  GOOD_HEATERS,
  HEATER_ROUTES,
  heaterLotOf,
  heatersOn,
  lotCell,
  pallets,
  some,
  STRIP_ROUTES,
  STRIPS,
  unit,
  unitCell,
  units,
} from '../goods';
import { Tale } from '../tale';

/** Sent to this shop and never booked in: still on the road. */
const WAITING_SHOP = 512;
/** A delivery to this shop was booked to its neighbour by mistake. */
const MISBOOKED_SHOP = 508;
const NEIGHBOUR = 507;
const MISBOOKED_EVENT = 'urn:uuid:5b2e4f0a-8c1d-4e6f-9a7b-0c1d2e3f4a5b';

/** How many heaters and strips each shop of a centre is sent. */
const DROPS: Readonly<Record<number, { readonly heaters: number; readonly strips: number }>> = {
  [DC_NORTH]: { heaters: 10, strips: 150 },
  [DC_EAST]: { heaters: 7, strips: 160 },
  [DC_HAMBURG]: { heaters: 7, strips: 100 },
  [DC_LYON]: { heaters: 3, strips: 60 },
};

/** What one shop got: numbers of its heaters, in the order in which it sells them. */
export interface Drop {
  readonly shop: number;
  readonly heaters: readonly number[];
  readonly strips: number;
  readonly abroad: boolean;
}

interface Centre {
  readonly dc: number;
  readonly arrives: string;
  readonly leaves: string;
  readonly reaches: string;
  readonly zone: string;
}

const centre = (dc: number): Centre =>
  ABROAD.includes(dc)
    ? { dc, arrives: '2025-04-18', leaves: '2025-04-22', reaches: '2025-04-24', zone: '+02:00' }
    : { dc, arrives: '2025-04-06', leaves: '2025-04-10', reaches: '2025-04-12', zone: '+08:00' };

/** Tiers 4 and 5: centres break pallets up, shops book in what comes. Returns what each shop got. */
export function tellOfDistribution(tale: Tale): readonly Drop[] {
  const north = tellOfCentre(tale, DC_NORTH, '08-dc-north', '09-shops-north', 'centre first');
  const east = tellOfCentre(tale, DC_EAST, '10-dc-east', '11-shops-east', 'centre first');
  tellOfCorrection(tale, east);
  // Hamburg's shops are quicker than their centre: receipts come before the shipments that they answer.
  const hamburg = tellOfCentre(tale, DC_HAMBURG, '14-dc-hamburg', '13-shops-hamburg', 'shops first');
  const lyon = tellOfCentre(tale, DC_LYON, '15-dc-lyon', '16-shops-lyon', 'centre first');
  return [...north, ...east, ...hamburg, ...lyon];
}

function tellOfCentre(tale: Tale, dc: number, file: string, shopsFile: string, order: 'centre first' | 'shops first'): Drop[] {
  const where = centre(dc);
  const stock = (HEATER_ROUTES[dc] ?? []).filter((n) => heaterLotOf(n) === BAD_HEATERS).flatMap(heatersOn);
  const size = DROPS[dc] ?? { heaters: 0, strips: 0 };
  const drops = (SHOPS[dc] ?? []).map((shop) => ({
    shop,
    heaters: stock.splice(0, size.heaters),
    strips: size.strips,
    abroad: ABROAD.includes(dc),
  }));
  const events = [...arrivals(tale, where), ...drops.map((drop, index) => delivery(tale, where, drop, index))];
  const receipts = drops.filter((drop) => drop.shop !== WAITING_SHOP).map((drop, index) => receipt(where, drop, index));
  if (dc === DC_NORTH) {
    events.push(
      shipping(
        tale.site(dc),
        tale.site(UNTOUCHED_SHOP),
        `${where.leaves}T10:00`,
        { epcs: units(GOOD_HEATERS, 1, 8) },
        `OUT-${UNTOUCHED_SHOP}`,
      ),
    );
    const cells = Array.from({ length: 8 }, (_, i) => unitCell(GOOD_HEATERS, i + 1));
    receipts.push([cells.join('|'), gln(dc), gln(UNTOUCHED_SHOP), `${where.reaches}T11:00:00${where.zone}`]);
    tale.ledger.moved(GOOD_HEATERS, dc, UNTOUCHED_SHOP, 8);
  }
  const centreTells = (): void =>
    tale.epcis(file, dc, '2025-04-24', 'Pallets arrive, are broken up, and go to the shops', events);
  const shopsTell = (): void =>
    tale.csv(shopsFile, 'each', 'receipt', 'Shops book in what came, each its own rows', 'items,from,at_place,at', receipts);
  for (const tell of order === 'centre first' ? [centreTells, shopsTell] : [shopsTell, centreTells]) tell();
  for (const drop of drops) {
    const road = drop.shop === WAITING_SHOP ? 'sent' : 'moved';
    tale.ledger[road](BAD_HEATERS, dc, drop.shop, drop.heaters.length);
    tale.ledger[road](STRIPS, dc, drop.shop, drop.strips);
  }
  return drops.filter((drop) => drop.shop !== WAITING_SHOP);
}

function arrivals(tale: Tale, { dc, arrives }: Centre): EpcisEvent[] {
  const heaters = HEATER_ROUTES[dc] ?? [];
  const strips = STRIP_ROUTES[dc] ?? [];
  const suppliers: [number, readonly number[]][] = ABROAD.includes(dc)
    ? [[IMPORTER, [...heaters, ...strips]]]
    : [
        [HEATER_MAKER, heaters],
        [STRIP_MAKER, strips],
      ];
  return [
    ...suppliers.map(([from, ids]) => receiving(tale.site(dc), tale.site(from), `${arrives}T08:00`, { epcs: pallets(ids) })),
    ...pallets([...heaters, ...strips]).map((pallet) => unpacking(tale.site(dc), `${arrives}T13:00`, pallet)),
  ];
}

const goodsOf = (drop: Drop): Goods => ({
  epcs: drop.heaters.map((n) => unit(BAD_HEATERS, n)),
  quantities: [some(STRIP, STRIPS, drop.strips)],
});

function delivery(tale: Tale, { dc, leaves }: Centre, drop: Drop, index: number): EpcisEvent {
  const at = `${leaves}T09:${10 + index * 5}`;
  if (drop.shop !== MISBOOKED_SHOP) return shipping(tale.site(dc), tale.site(drop.shop), at, goodsOf(drop), `OUT-${drop.shop}`);
  return { eventID: MISBOOKED_EVENT, ...shipping(tale.site(dc), tale.site(NEIGHBOUR), at, goodsOf(drop), `OUT-${drop.shop}`) };
}

function receipt({ dc, reaches, zone }: Centre, drop: Drop, index: number): string[] {
  const cells = [...drop.heaters.map((n) => unitCell(BAD_HEATERS, n)), lotCell(STRIP, STRIPS, drop.strips)];
  return [cells.join('|'), gln(dc), gln(drop.shop), `${reaches}T10:${10 + index}:00${zone}`];
}

/** The mistake is declared an error (EPCIS 2.0, 7.4.1.2) and what really happened is reported. */
function tellOfCorrection(tale: Tale, drops: readonly Drop[]): void {
  const index = drops.findIndex((drop) => drop.shop === MISBOOKED_SHOP);
  const drop = drops[index];
  if (drop === undefined) return;
  const where = centre(DC_EAST);
  const errorDeclaration = { declarationTime: '2025-04-11T10:00:00+08:00', reason: 'incorrect_data' };
  tale.epcis(
    '12-dc-east-correction',
    DC_EAST,
    '2025-04-11',
    'A delivery to Xuhui was booked to Pudong: declared an error, and reported rightly',
    [
      { ...delivery(tale, where, drop, index), errorDeclaration },
      shipping(
        tale.site(DC_EAST),
        tale.site(drop.shop),
        `${where.leaves}T09:${10 + index * 5}`,
        goodsOf(drop),
        `OUT-${drop.shop}`,
      ),
    ],
  );
}

/** What Lyon sent to one more shop and reports weeks later. Apart in the books: it is not known when the recall begins. */
export function tellOfLateDelivery(tale: Tale): void {
  const given = (SHOPS[DC_LYON] ?? []).length * (DROPS[DC_LYON]?.heaters ?? 0);
  const heaters = (HEATER_ROUTES[DC_LYON] ?? []).flatMap(heatersOn).slice(given, given + 4);
  const goods = goodsOf({ shop: LATE_SHOP, heaters, strips: 40, abroad: true });
  const events = [shipping(tale.site(DC_LYON), tale.site(LATE_SHOP), '2025-04-23T09:00', goods, `OUT-${LATE_SHOP}`)];
  tale.epcis(
    '90-dc-lyon-late',
    DC_LYON,
    '2025-06-12',
    'A delivery of 23 April, reported when the recall is already running',
    events,
    'late',
  );
  tale.ledger.sentUnreported(BAD_HEATERS, DC_LYON, LATE_SHOP, heaters.length);
  tale.ledger.sentUnreported(STRIPS, DC_LYON, LATE_SHOP, 40);
}
