type Event = Readonly<Record<string, unknown>>;

export const CONTEXT = 'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld';
export const GTIN = '09506000134352';
export const PLANT = 'https://id.gs1.org/414/9506000134376';
export const SHOP = 'https://id.gs1.org/414/9506000134369';

export const serialUri = (serial: number | string): string => `https://id.gs1.org/01/${GTIN}/21/${serial}`;

/** Goods come into being; `overrides` replace members. */
export function commissioning(serial: number | string, overrides: Event = {}): Event {
  return {
    type: 'ObjectEvent',
    eventID: `urn:uuid:event-${serial}`,
    eventTime: '2026-05-03T08:00:00.000Z',
    eventTimeZoneOffset: '+00:00',
    action: 'ADD',
    bizStep: 'commissioning',
    disposition: 'active',
    epcList: [serialUri(serial)],
    readPoint: { id: PLANT },
    bizLocation: { id: PLANT },
    ilmd: { 'cbvmda:lotNumber': 'L1' },
    ...overrides,
  };
}

export function epcisDocument(eventList: readonly unknown[], overrides: Event = {}): Event {
  return {
    '@context': [CONTEXT],
    type: 'EPCISDocument',
    schemaVersion: '2.0',
    creationDate: '2026-05-03T09:00:00.000Z',
    epcisBody: { eventList },
    ...overrides,
  };
}

/** The event declared erroneous. */
export function declared(event: Event, declaration: Event = {}): Event {
  return { ...event, errorDeclaration: { declarationTime: '2026-05-04T00:00:00Z', reason: 'did_not_occur', ...declaration } };
}
