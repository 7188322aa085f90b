import { FUSE, PLATFORM, STRIP, UNTOUCHED_SHOP, WORKSHOP } from '../cast';
import { gln } from '../example-keys';
import { BAD_FUSES, BAD_HEATERS, GOOD_HEATERS, heatersOn, lotCell, STRIPS, unitCell } from '../goods';
import { Tale } from '../tale';
import { Drop } from './distribution';

/** The shop at which a customer brings a heater back. */
const RETURN_SHOP = 503;

/** What reached consumers: sold by shops, by the online mall and by the workshop; one heater comes back. Returns the telling ones. */
export function tellOfRetail(tale: Tale, drops: readonly Drop[]): { burnt: number; returned: number } {
  const { ledger } = tale;
  const rows = drops.map((drop, index) => {
    const sold = soldBy(drop);
    const strips = 20 + (index % 6) * 5;
    ledger.sold(BAD_HEATERS, drop.shop, sold.length);
    ledger.sold(STRIPS, drop.shop, strips);
    const day = String(1 + (index % 20)).padStart(2, '0');
    const cells = [...sold.map((n) => unitCell(BAD_HEATERS, n)), lotCell(STRIP, STRIPS, strips)];
    return [cells.join('|'), gln(drop.shop), `2025-05-${day}T15:00:00${drop.abroad ? '+02:00' : '+08:00'}`];
  });
  const online = heatersOn(9).slice(0, 15);
  rows.push([
    [...online.map((n) => unitCell(BAD_HEATERS, n)), lotCell(STRIP, STRIPS, 130)].join('|'),
    gln(PLATFORM),
    '2025-05-09T12:00:00+08:00',
  ]);
  rows.push([lotCell(FUSE, BAD_FUSES, 12), gln(WORKSHOP), '2025-05-12T12:00:00+08:00']);
  rows.push([[1, 2, 3].map((n) => unitCell(GOOD_HEATERS, n)).join('|'), gln(UNTOUCHED_SHOP), '2025-05-07T15:00:00+08:00']);
  ledger.sold(BAD_HEATERS, PLATFORM, online.length);
  ledger.sold(STRIPS, PLATFORM, 130);
  ledger.sold(BAD_FUSES, WORKSHOP, 12);
  ledger.sold(GOOD_HEATERS, UNTOUCHED_SHOP, 3);
  tale.csv('17-sales', 'each', 'sale', 'What was sold to consumers, each seller its own rows', 'items,place,at', rows);

  const returned = drops.filter((drop) => drop.shop === RETURN_SHOP).flatMap(soldBy)[0] ?? 0;
  const row = [unitCell(BAD_HEATERS, returned), gln(RETURN_SHOP), '2025-05-28T17:20:00+08:00'];
  tale.csv('18-return', 'each', 'return', 'A customer brings a heater back', 'items,place,at', [row]);
  ledger.returned(BAD_HEATERS, RETURN_SHOP, 1);
  return { burnt: online[0] ?? 0, returned };
}

/** A shop sells the first half of what it got. */
const soldBy = (drop: Drop): readonly number[] => drop.heaters.slice(0, Math.ceil(drop.heaters.length / 2));
