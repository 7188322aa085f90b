import { FUSE, FUSE_MAKER, HEATER_MAKER, MOTOR, MOTOR_MAKER, STRIP_MAKER, WORKSHOP } from '../cast';
import { commissioning, QuantityElement, shipping, Site } from '../epcis-writer';
import { gln, lotUrn, partyUrn, placeUrn } from '../example-keys';
import { BAD_FUSES, GOOD_FUSES, lotCell, MOTORS, some } from '../goods';
import { Tale } from '../tale';

/** Tier 1: parts are made and sent. The fuse maker writes EPC URNs, the workshop a spreadsheet. */
export function tellOfParts(tale: Tale): void {
  const { ledger } = tale;
  const fuses = (lot: string, quantity: number): QuantityElement => ({ epcClass: lotUrn(FUSE, lot), quantity });
  const maker: Site = { country: 'CN', gln: gln(FUSE_MAKER), place: placeUrn(FUSE_MAKER), party: partyUrn(FUSE_MAKER) };
  tale.epcis(
    '01-fuse-maker',
    FUSE_MAKER,
    '2025-03-12',
    'Two lots of thermal fuses go to two factories and a repair workshop, in EPC URNs',
    [
      commissioning(maker, '2025-03-03T08:00', { quantities: [fuses(BAD_FUSES, 6000)] }, BAD_FUSES, '2025-03-03'),
      commissioning(maker, '2025-03-10T08:00', { quantities: [fuses(GOOD_FUSES, 2000)] }, GOOD_FUSES, '2025-03-10'),
      shipping(
        maker,
        tale.site(HEATER_MAKER),
        '2025-03-12T09:00',
        { quantities: [fuses(BAD_FUSES, 240), fuses(GOOD_FUSES, 96)] },
        'HX-1001',
      ),
      shipping(maker, tale.site(STRIP_MAKER), '2025-03-12T10:00', { quantities: [fuses(BAD_FUSES, 4800)] }, 'HX-1002'),
      shipping(maker, tale.site(WORKSHOP), '2025-03-12T11:00', { quantities: [fuses(BAD_FUSES, 200)] }, 'HX-1003'),
    ],
  );
  ledger.made(BAD_FUSES, FUSE_MAKER, 6000);
  ledger.made(GOOD_FUSES, FUSE_MAKER, 2000);
  ledger.moved(BAD_FUSES, FUSE_MAKER, HEATER_MAKER, 240);
  ledger.moved(GOOD_FUSES, FUSE_MAKER, HEATER_MAKER, 96);
  ledger.moved(BAD_FUSES, FUSE_MAKER, STRIP_MAKER, 4800);
  ledger.moved(BAD_FUSES, FUSE_MAKER, WORKSHOP, 200);

  const motors = tale.site(MOTOR_MAKER);
  tale.epcis('02-motor-maker', MOTOR_MAKER, '2025-03-11', 'Fan motors are made and sent to the heater factory', [
    commissioning(motors, '2025-03-05T08:00', { quantities: [some(MOTOR, MOTORS, 1000)] }, MOTORS, '2025-03-05'),
    shipping(motors, tale.site(HEATER_MAKER), '2025-03-11T09:00', { quantities: [some(MOTOR, MOTORS, 336)] }, 'DF-77'),
  ]);
  tale.csv('03-workshop-receipt', WORKSHOP, 'receipt', 'The workshop books in its spare fuses', 'items,from,at_place,at', [
    [lotCell(FUSE, BAD_FUSES, 200), gln(FUSE_MAKER), gln(WORKSHOP), '2025-03-17T09:30:00+08:00'],
  ]);
}
