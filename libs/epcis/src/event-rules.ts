import { type CanonicalEvent } from './canonical-event';
import { type FaultCollector } from './fault-collector';
import { type RawEvent } from './raw-event';

/**
 * What the schema can't say (EPCIS 2.0, 7.4.2 to 7.4.6): an event names something, and packing and unpacking name their
 * container. A sensor reading of a place alone names nothing and is valid.
 */
export function checkRules(raw: RawEvent, event: CanonicalEvent, collector: FaultCollector): void {
  const nested = event.type === 'AggregationEvent' || event.type === 'AssociationEvent';
  if (nested && event.action !== 'OBSERVE' && raw.parentID === undefined) {
    collector.add('/parentID', 'epcis/missing-field', `an ${event.type} with action ${String(event.action)} needs its parentID`);
  }
  const contents = (raw.childEPCs?.length ?? 0) + (raw.childQuantityList?.length ?? 0);
  if (nested && contents === 0 && event.action === 'ADD') {
    collector.add('', 'epcis/empty-event', `an ${event.type} with action ADD needs childEPCs or childQuantityList`);
    return;
  }
  const lists = [
    raw.epcList,
    raw.quantityList,
    raw.inputEPCList,
    raw.inputQuantityList,
    raw.outputEPCList,
    raw.outputQuantityList,
  ];
  const named = contents + lists.reduce((sum, list) => sum + (list?.length ?? 0), 0) + (raw.parentID === undefined ? 0 : 1);
  const senses = (raw.sensorElementList?.length ?? 0) > 0;
  if (named === 0 && !senses)
    collector.add('', 'epcis/empty-event', 'the event names no goods: all its EPC and quantity lists are empty');
}
