import { gln, partyId, placeId } from './example-keys';

export type EpcisEvent = Readonly<Record<string, unknown>>;

export interface QuantityElement {
  readonly epcClass: string;
  readonly quantity: number;
}

/** What an event is about: things with a serial number or SSCC, and quantities of lots. */
export interface Goods {
  readonly epcs?: readonly string[];
  readonly quantities?: readonly QuantityElement[];
}

const OFFSETS: Readonly<Record<string, string>> = { CN: '+08:00', DE: '+02:00', FR: '+02:00' };

/** A local time as EPCIS wants it. @param at `2025-04-01T09:00`. */
function when(at: string, country: string): EpcisEvent {
  const eventTimeZoneOffset = OFFSETS[country] ?? '+00:00';
  return { eventTime: `${at}:00${eventTimeZoneOffset}`, eventTimeZoneOffset };
}

const list = (name: string, values: readonly unknown[] | undefined): EpcisEvent =>
  values === undefined || values.length === 0 ? {} : { [name]: values };

/** A place that spells its keys: Digital Links, or URNs for partners who speak those. */
export interface Site {
  readonly country: string;
  readonly gln: string;
  readonly place: string;
  readonly party: string;
}

export const siteOf = (party: number, country: string): Site => ({
  country,
  gln: gln(party),
  place: placeId(party),
  party: partyId(party),
});

export function commissioning(site: Site, at: string, goods: Goods, lot: string, produced: string): EpcisEvent {
  return {
    type: 'ObjectEvent',
    ...when(at, site.country),
    action: 'ADD',
    bizStep: 'commissioning',
    disposition: 'active',
    readPoint: { id: site.place },
    bizLocation: { id: site.place },
    ...list('epcList', goods.epcs),
    ...list('quantityList', goods.quantities),
    ilmd: { 'cbvmda:lotNumber': lot, 'cbvmda:productionDate': produced },
  };
}

export function transformation(
  site: Site,
  at: string,
  inputs: readonly QuantityElement[],
  outputs: Goods,
  lot: string,
  produced: string,
): EpcisEvent {
  return {
    type: 'TransformationEvent',
    ...when(at, site.country),
    bizStep: 'assembling',
    disposition: 'active',
    readPoint: { id: site.place },
    bizLocation: { id: site.place },
    inputQuantityList: inputs,
    ...list('outputEPCList', outputs.epcs),
    ...list('outputQuantityList', outputs.quantities),
    ilmd: { 'cbvmda:lotNumber': lot, 'cbvmda:productionDate': produced },
  };
}

export function packing(site: Site, at: string, pallet: string, goods: Goods): EpcisEvent {
  return aggregation(site, at, 'ADD', 'packing', pallet, goods);
}

/** Breaks a pallet up: everything leaves it. */
export function unpacking(site: Site, at: string, pallet: string): EpcisEvent {
  return aggregation(site, at, 'DELETE', 'unpacking', pallet, {});
}

function aggregation(site: Site, at: string, action: string, bizStep: string, parentID: string, goods: Goods): EpcisEvent {
  return {
    type: 'AggregationEvent',
    ...when(at, site.country),
    action,
    bizStep,
    disposition: 'in_progress',
    readPoint: { id: site.place },
    bizLocation: { id: site.place },
    parentID,
    ...list('childEPCs', goods.epcs),
    ...list('childQuantityList', goods.quantities),
  };
}

export function shipping(from: Site, to: Site, at: string, goods: Goods, order: string): EpcisEvent {
  return {
    ...moved(from, at, goods, 'shipping', 'in_transit'),
    readPoint: { id: from.place },
    bizTransactionList: [{ type: 'desadv', bizTransaction: `urn:epcglobal:cbv:bt:${from.gln}:${order}` }],
    sourceList: [{ type: 'possessing_party', source: from.party }],
    destinationList: [
      { type: 'possessing_party', destination: to.party },
      { type: 'location', destination: to.place },
    ],
  };
}

export function receiving(at: Site, from: Site, time: string, goods: Goods): EpcisEvent {
  return {
    ...moved(at, time, goods, 'receiving', 'in_progress'),
    readPoint: { id: at.place },
    bizLocation: { id: at.place },
    sourceList: [{ type: 'possessing_party', source: from.party }],
    destinationList: [{ type: 'possessing_party', destination: at.party }],
  };
}

function moved(site: Site, at: string, goods: Goods, bizStep: string, disposition: string): EpcisEvent {
  const things = { ...list('epcList', goods.epcs), ...list('quantityList', goods.quantities) };
  return { type: 'ObjectEvent', ...when(at, site.country), action: 'OBSERVE', bizStep, disposition, ...things };
}

/** An EPCIS 2.0 document. */
export function epcisDocument(creationDate: string, eventList: readonly EpcisEvent[]): EpcisEvent {
  return {
    '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
    type: 'EPCISDocument',
    schemaVersion: '2.0',
    creationDate,
    epcisBody: { eventList },
  };
}
