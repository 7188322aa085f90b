import { checkDigit } from '@suyuan/gs1';

/** An event of an EPCIS document. */
export type Event = Record<string, unknown>;

export const withCheckDigit = (digits: string): string => digits + String(checkDigit(digits));
export const uri = (key: string): string => `https://id.gs1.org/${key}`;
export const sscc = (kind: number, index: number): string =>
  `00/${withCheckDigit(`${kind}9506000${String(index).padStart(9, '0')}`)}`;
export const place = (kind: number, index: number): string =>
  `414/${withCheckDigit(`950600${kind}${String(index).padStart(5, '0')}`)}`;
export const range = (first: number, count: number): number[] => Array.from({ length: count }, (_, index) => first + index);

/** EPCIS documents of so many events. */
export function* documentsOf(events: Iterable<Event>, size: number): Generator<{ text: string; events: number }> {
  let eventList: Event[] = [];
  for (const event of events) {
    eventList.push(event);
    if (eventList.length < size) continue;
    yield { text: document(eventList), events: eventList.length };
    eventList = [];
  }
  if (eventList.length > 0) yield { text: document(eventList), events: eventList.length };
}

function document(eventList: readonly Event[]): string {
  return JSON.stringify({
    '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
    type: 'EPCISDocument',
    schemaVersion: '2.0',
    creationDate: '2026-05-03T00:00:00Z',
    epcisBody: { eventList },
  });
}

/** Each event ten milliseconds after the one before. */
export class EventClock {
  private nowMs = Date.parse('2026-01-01T00:00:00Z');

  stamp(event: Event): Event {
    this.nowMs += 10;
    return { eventTime: new Date(this.nowMs).toISOString(), eventTimeZoneOffset: '+08:00', ...event };
  }
}

export const at = (place: string): Event => ({ readPoint: { id: uri(place) }, bizLocation: { id: uri(place) } });
export const seen = (bizStep: string, epcList: readonly string[], place: string): Event => ({
  type: 'ObjectEvent',
  action: 'OBSERVE',
  bizStep,
  epcList,
  ...(bizStep === 'shipping' || bizStep === 'retail_selling' ? { readPoint: { id: uri(place) } } : at(place)),
});
