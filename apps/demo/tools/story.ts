import {
  CEREAL,
  CEREAL_MAKER,
  FUSE,
  FUSE_MAKER,
  HEATER,
  LATE_SHOP,
  PLATFORM,
  REGULATOR,
  STRAGGLER,
  STRIP,
  UNTOUCHED_SHOP,
} from './cast';
import { tellOfDistribution, tellOfLateDelivery } from './chapters/distribution';
import { tellOfFood } from './chapters/food';
import { tellOfParts } from './chapters/parts';
import { tellOfImport, tellOfProducts } from './chapters/products';
import { tellOfRetail } from './chapters/retail';
import { classId, lotId, partyId } from './example-keys';
import { BAD_FUSES, BAD_HEATERS, CEREALS, GOOD_FUSES, GOOD_HEATERS, STRIPS, unit } from './goods';
import { Tale } from './tale';

/** The whole supply chain: its files in the order in which they are captured, its books, and the codes the play turns on. */
export function tellStory(): { tale: Tale; codes: Readonly<Record<string, string>> } {
  const tale = new Tale();
  tellOfParts(tale);
  tellOfProducts(tale);
  tellOfImport(tale);
  const drops = tellOfDistribution(tale);
  const { burnt, returned } = tellOfRetail(tale, drops);
  tellOfFood(tale);
  tellOfLateDelivery(tale);
  const codes = {
    fuseLot: lotId(FUSE, BAD_FUSES),
    goodFuseLot: lotId(FUSE, GOOD_FUSES),
    heaterLot: lotId(HEATER, BAD_HEATERS),
    goodHeaterLot: lotId(HEATER, GOOD_HEATERS),
    stripLot: lotId(STRIP, STRIPS),
    cerealLot: lotId(CEREAL, CEREALS),
    heater: classId(HEATER),
    burntHeater: unit(BAD_HEATERS, burnt),
    returnedHeater: unit(BAD_HEATERS, returned),
    goodHeater: unit(GOOD_HEATERS, 1),
    regulator: partyId(REGULATOR),
    untouchedShop: partyId(UNTOUCHED_SHOP),
    lateShop: partyId(LATE_SHOP),
    straggler: partyId(STRAGGLER),
    mall: partyId(PLATFORM),
    fuseMaker: partyId(FUSE_MAKER),
    cerealMaker: partyId(CEREAL_MAKER),
  };
  return { tale, codes };
}
