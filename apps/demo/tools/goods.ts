import { DC_EAST, DC_HAMBURG, DC_LYON, DC_NORTH, HEATER, PLATFORM } from './cast';
import { QuantityElement } from './epcis-writer';
import { gtin, lotId, palletId, unitId } from './example-keys';

/** The lots of the story. The fuses of F2405 do not open when they should. */
export const BAD_FUSES = 'F2405';
export const GOOD_FUSES = 'F2406';
export const MOTORS = 'M0312';
export const BAD_HEATERS = 'H0524';
export const GOOD_HEATERS = 'H0531';
export const STRIPS = 'P0610';
export const FLOUR = 'RF77';
export const CEREALS = 'C0401';

export const BAD_HEATER_COUNT = 240;
export const GOOD_HEATER_COUNT = 96;
export const HEATERS_PER_PALLET = 24;
export const STRIPS_PER_PALLET = 400;

type Routes = Readonly<Record<number, readonly number[]>>;

/** Pallets by who unpacks them: 1 to 10 hold the bad heaters, 11 to 14 the good ones, 51 to 62 power strips. The rest stays at the maker. */
export const HEATER_ROUTES: Routes = {
  [DC_HAMBURG]: [1, 2],
  [DC_LYON]: [3],
  [DC_NORTH]: [4, 5, 6, 11],
  [DC_EAST]: [7, 8],
  [PLATFORM]: [9],
};
export const STRIP_ROUTES: Routes = {
  [DC_HAMBURG]: [51, 52],
  [DC_LYON]: [53],
  [DC_NORTH]: [54, 55, 56],
  [DC_EAST]: [57, 58, 59],
  [PLATFORM]: [60],
};
/** Served through the importer. */
export const ABROAD: readonly number[] = [DC_HAMBURG, DC_LYON];

/** Numbers of the bad heaters on pallet `n` (1 to 10). */
export const heatersOn = (n: number): number[] =>
  Array.from({ length: HEATERS_PER_PALLET }, (_, i) => (n - 1) * HEATERS_PER_PALLET + 1 + i);
export const heaterLotOf = (pallet: number): string => (pallet <= 10 ? BAD_HEATERS : GOOD_HEATERS);

export const serial = (lot: string, n: number): string =>
  `${lot === BAD_HEATERS ? 'WH24' : 'WH31'}-${String(n).padStart(4, '0')}`;
export const unit = (lot: string, n: number): string => unitId(HEATER, serial(lot, n));
export const units = (lot: string, first: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => unit(lot, first + i));
export const pallets = (numbers: readonly number[]): string[] => numbers.map((n) => palletId(n));
export const some = (item: number, lot: string, quantity: number): QuantityElement => ({ epcClass: lotId(item, lot), quantity });

/** In a cell of a CSV file: a unit, or a quantity of a lot. */
export const unitCell = (lot: string, n: number): string => `(01)${gtin(HEATER)}(21)${serial(lot, n)}`;
export const lotCell = (item: number, lot: string, quantity: number, uom = ''): string =>
  `(01)${gtin(item)}(10)${lot}*${quantity}${uom}`;
