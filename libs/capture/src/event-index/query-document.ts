import type { Json } from '@suyuan/event-log';
import type { CapturedData } from '../events/captured-record';

const STANDARD_CONTEXT = 'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld';

/**
 * The EPCISQueryDocument of some captured events (EPCIS 2.0, 8.2.6). Each is as it was sent, with its `recordTime`; one
 * whose prefixes come from its document's `@context` carries that context with it.
 */
export function queryDocument(events: readonly (CapturedData & { readonly recordTime: Date })[]): Record<string, unknown> {
  return {
    '@context': [STANDARD_CONTEXT],
    type: 'EPCISQueryDocument',
    schemaVersion: '2.0',
    creationDate: new Date(events.reduce((latest, { recordTime }) => Math.max(latest, recordTime.getTime()), 0)).toISOString(),
    epcisBody: {
      queryResults: {
        queryName: 'SimpleEventQuery',
        resultsBody: {
          eventList: events.map(({ event, context, recordTime }) => ({
            ...own(event, context),
            recordTime: recordTime.toISOString(),
          })),
        },
      },
    },
  };
}

function own(event: CapturedData['event'], context: Json): CapturedData['event'] {
  // A single event's own @context is also what it was captured under: said once.
  const said = [context, event['@context'] ?? null].flat().filter((part: Json) => part !== null && !isStandard(part));
  const parts = [...new Map(said.map((part) => [JSON.stringify(part), part])).values()];
  const bare = Object.fromEntries(Object.entries(event).filter(([name]) => name !== '@context'));
  return parts.length === 0 ? bare : { '@context': parts, ...bare };
}

function isStandard(part: Json): boolean {
  return typeof part === 'string' && /epcis-context\.jsonld$/.test(part);
}
