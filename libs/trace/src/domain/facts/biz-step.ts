import { CanonicalEvent } from '@suyuan/epcis';

/**
 * The rows of the custody table (TRACE.md section 3), most specific first. What a step does to a thing depends on
 * nothing else of the event's vocabulary.
 */
export type CustodyRow = 'creation' | 'input' | 'end' | 'sale' | 'void_shipping' | 'inbound' | 'outbound' | 'rest';

const INBOUND = new Set(['receiving', 'accepting', 'arriving']);
const OUTBOUND = new Set(['shipping', 'consigning', 'departing']);
const END = new Set(['destroying', 'decommissioning']);

/** Steps that only move the last-seen place of goods in transit (TRACE.md 7a, "Later sightings never erase a shipment"). */
const UNDER_WAY = new Set(['loading', 'unloading', 'transporting', 'staging_outbound', 'sensor_reporting']);

/** CBV 2.0 section 7.1: the standard business steps. Others are somebody's own words. */
const CBV_STEPS = new Set(
  (
    'accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting decommissioning ' +
    'departing destroying disassembling dispensing encoding entering_exiting holding inspecting installing killing loading other ' +
    'packing picking receiving removing repackaging repairing replacing reserving retail_selling sampling sensor_reporting shipping ' +
    'staging_outbound stock_taking stocking storing transporting unloading unpacking void_shipping'
  ).split(' '),
);

/** Its step ends goods, whatever its action: that is the last thing of its instant (TRACE.md 7a, "Ties"). */
export function isEnding(event: CanonicalEvent): boolean {
  return event.bizStep !== undefined && END.has(event.bizStep);
}

/** The row for things listed in the event itself (epcList, parentID, quantityList); transformations have their own. */
export function custodyRow(event: CanonicalEvent): CustodyRow {
  const step = event.bizStep;
  if (event.type === 'ObjectEvent' && event.action === 'ADD') return 'creation';
  if ((event.type === 'ObjectEvent' && event.action === 'DELETE') || isEnding(event)) return 'end';
  if (step === 'retail_selling') return 'sale';
  if (step === 'dispensing') return event.disposition === 'partially_dispensed' ? 'rest' : 'sale';
  if (step === 'void_shipping') return 'void_shipping';
  if (step !== undefined && INBOUND.has(step)) return 'inbound';
  if (step !== undefined && OUTBOUND.has(step)) return 'outbound';
  if (event.destinations.length > 0 && (step === undefined || !CBV_STEPS.has(step))) return 'outbound';
  return 'rest';
}

/** Goods in transit seen at such a step stay in transit. */
export function isUnderWay(event: CanonicalEvent): boolean {
  return event.bizStep !== undefined && UNDER_WAY.has(event.bizStep);
}

/**
 * The row for class-level quantities (TRACE.md section 5): a load, a departure and an arrival of one shipment must not
 * count it three times, so only one step of each kind moves stock; the others say where goods are seen.
 */
export function stockRow(event: CanonicalEvent): CustodyRow {
  const row = custodyRow(event);
  if (row === 'inbound' && event.bizStep !== 'receiving') return 'rest';
  if (row === 'outbound' && event.bizStep === 'departing') return 'rest';
  return row;
}
