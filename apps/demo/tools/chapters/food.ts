import { CEREAL, CEREAL_MAKER, MILL, RICE_FLOUR } from '../cast';
import { gln, gtin, partyId } from '../example-keys';
import { CEREALS, FLOUR, lotCell } from '../goods';
import { Tale } from '../tale';

const BABY_SHOP = 526;
/** Sells heaters as well. */
const HOME_STORE = 502;

/** A food chain told in spreadsheets only. It shares a shop with the heaters and nothing else: no recall of fuses may reach it. */
export function tellOfFood(tale: Tale): void {
  const flour = (quantity: number): string => lotCell(RICE_FLOUR, FLOUR, quantity, ' KGM');
  tale.csv('19-mill', MILL, 'production', 'Rice flour is milled', 'product,lot,quantity,uom,place,at,productionDate,expiry', [
    [gtin(RICE_FLOUR), FLOUR, '500', 'KGM', gln(MILL), '2025-03-02T08:00:00+08:00', '2025-03-02', '2026-03-01'],
  ]);
  tale.csv('20-mill-shipment', MILL, 'shipment', 'The flour goes to the cereal factory', 'items,from,to,place,at', [
    [flour(500), partyId(MILL), partyId(CEREAL_MAKER), gln(MILL), '2025-03-06T08:00:00+08:00'],
  ]);
  tale.csv('21-cereal-receipt', CEREAL_MAKER, 'receipt', 'The flour arrives', 'items,from,at_place,at', [
    [flour(500), gln(MILL), gln(CEREAL_MAKER), '2025-03-08T08:00:00+08:00'],
  ]);
  const header = 'product,lot,quantity,inputs,place,at,productionDate,expiry';
  tale.csv('22-cereal', CEREAL_MAKER, 'production', 'Flour becomes infant cereal', header, [
    [gtin(CEREAL), CEREALS, '1800', flour(450), gln(CEREAL_MAKER), '2025-04-01T15:00:00+08:00', '2025-04-01', '2026-09-30'],
  ]);
  tale.csv(
    '23-cereal-shipment',
    CEREAL_MAKER,
    'shipment',
    'Cereal goes to a baby shop and to a home store',
    'items,from,to,place,at',
    [
      [lotCell(CEREAL, CEREALS, 600), partyId(CEREAL_MAKER), partyId(BABY_SHOP), gln(CEREAL_MAKER), '2025-04-05T08:00:00+08:00'],
      [lotCell(CEREAL, CEREALS, 300), partyId(CEREAL_MAKER), partyId(HOME_STORE), gln(CEREAL_MAKER), '2025-04-05T09:00:00+08:00'],
    ],
  );
  tale.csv('24-cereal-shops', 'each', 'receipt', 'Both shops book the cereal in', 'items,from,at_place,at', [
    [lotCell(CEREAL, CEREALS, 600), gln(CEREAL_MAKER), gln(BABY_SHOP), '2025-04-08T10:00:00+08:00'],
    [lotCell(CEREAL, CEREALS, 300), gln(CEREAL_MAKER), gln(HOME_STORE), '2025-04-08T11:00:00+08:00'],
  ]);
  tale.ledger.made(CEREALS, CEREAL_MAKER, 1800);
  tale.ledger.moved(CEREALS, CEREAL_MAKER, BABY_SHOP, 600);
  tale.ledger.moved(CEREALS, CEREAL_MAKER, HOME_STORE, 300);
}
