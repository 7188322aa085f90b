import { Directory } from '@suyuan/access';
import { CapturedData, readCapturedRecord } from '@suyuan/capture';
import { EventLogPort, LogRecord } from '@suyuan/event-log';
import { TraceQueries } from '@suyuan/trace';
import { Cell, Report, text } from '../table';
import { KEY_DATA, keyDataOf, missingOf } from './key-data';

/** Everything that is known of lots as an electronic sortable spreadsheet (21 CFR 1.1455(c)(3)(ii)): due within 24 hours of the request. */
export class SortableSheet {
  constructor(
    private readonly trace: TraceQueries,
    private readonly log: EventLogPort,
    private readonly directory: Directory,
  ) {}

  /** @param key of a lot, product, unit or container; @param from and @param to RFC 3339, both inclusive */
  async make(key: string, from: string | undefined, to: string | undefined): Promise<Report> {
    const names = new Names(this.directory);
    const lotSources = new Map<string, string | null>();
    const rows: Cell[][] = [];
    for await (const record of this.eventsOf(key, from, to)) {
      const captured = readCapturedRecord(record);
      if (captured === undefined || captured.declaration) continue;
      const { event } = captured;
      await names.learn(event);
      // Where a lot was first packed or made is the source of its code, unless an earlier event said so.
      const source = names.place(event.readPoint ?? event.bizLocation);
      for (const { key: lot } of [...event.outputQuantities, ...(event.action === 'ADD' ? event.quantities : [])])
        if (!lotSources.has(lot)) lotSources.set(lot, source);
      rows.push(...keyDataOf(event, documentsOf(record), names.product, names.place, (lot) => lotSources.get(lot) ?? null));
    }
    const missing = rows.flatMap((row) =>
      missingOf(row).map((name): Cell[] => [row[0] ?? null, row[2] ?? null, name, row[15] ?? null]),
    );
    return {
      kind: 'fsma204',
      title: `Traceability records of ${key}`,
      facts: [
        ['records of', key],
        ['from', from ?? 'the beginning'],
        ['to', to ?? 'now'],
        ['rows', rows.length],
        ['elements not told by the captured events', missing.length],
      ],
      sheets: [
        { name: 'Key data elements', columns: KEY_DATA, rows },
        {
          name: 'Not told',
          columns: [
            text('Critical tracking event'),
            text('Traceability lot code'),
            text('Key data element'),
            text('EPCIS event'),
          ],
          rows: missing,
        },
      ],
      notes: ['21 CFR 1 subpart S; not enforced before 2028-07-20. What the captured events do not tell is left empty.'],
    };
  }

  private async *eventsOf(key: string, from: string | undefined, to: string | undefined): AsyncGenerator<LogRecord> {
    const seen = new Set<string>();
    for await (const { eventId, at } of this.trace.timeline(key)) {
      if (seen.has(eventId) || (from !== undefined && Date.parse(at) < Date.parse(from))) continue;
      if (to !== undefined && Date.parse(at) > Date.parse(to)) continue;
      seen.add(eventId);
      const record = await this.log.find(eventId);
      if (record !== undefined) yield record;
    }
  }
}

/** `type: number` of an event's business transactions, as sent. */
function documentsOf(record: LogRecord): string[] {
  const { bizTransactionList } = (record.data as unknown as CapturedData).event;
  if (!Array.isArray(bizTransactionList)) return [];
  return (bizTransactionList as { type?: string; bizTransaction?: string }[]).flatMap(({ type, bizTransaction }) =>
    bizTransaction === undefined ? [] : [type === undefined ? bizTransaction : `${type}: ${bizTransaction}`],
  );
}

/** Master data of what the events name, read as it comes up. */
class Names {
  private readonly known = new Map<string, string | null>();

  constructor(private readonly directory: Directory) {}

  readonly product = (key: string | undefined): string | null => (key === undefined ? null : (this.known.get(key) ?? null));
  readonly place = (key: string | undefined): string | null => (key === undefined ? null : (this.known.get(key) ?? key));

  async learn(event: Parameters<typeof keyDataOf>[0]): Promise<void> {
    const keys = [event.readPoint, event.bizLocation, ...[...event.sources, ...event.destinations].map(({ key }) => key)];
    const items = [...event.epcs, ...event.children, ...event.inputs, ...event.outputs];
    const quantities = [...event.quantities, ...event.childQuantities, ...event.inputQuantities, ...event.outputQuantities];
    for (const { key } of [...items, ...quantities]) if (key.startsWith('01/')) keys.push(key.slice(0, 17));
    for (const key of keys) {
      if (key === undefined || this.known.has(key)) continue;
      this.known.set(key, await this.nameOf(key));
    }
  }

  private async nameOf(key: string): Promise<string | null> {
    if (key.startsWith('01/')) return (await this.directory.product(key))?.name ?? null;
    if (key.startsWith('417/')) return (await this.directory.party(key))?.name ?? key;
    const place = await this.directory.place(key);
    return [place?.name, place?.address].filter((part) => part !== undefined).join(', ') || key;
  }
}
