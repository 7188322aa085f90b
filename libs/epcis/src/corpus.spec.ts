import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEvent } from './index';

const folder = join(__dirname, '../../../../shared/corpus/openepcis/2.0/JSON');
const files = existsSync(folder)
  ? ['Documents', 'Events'].flatMap((kind) => readdirSync(join(folder, kind)).map((name) => `${kind}/${name}`))
  : [];
if (files.length === 0) console.warn(`skipped: no published EPCIS documents at ${folder}`);

interface Document {
  '@context': unknown;
  epcisBody?: { eventList: unknown[] };
}

(files.length > 0 ? describe : describe.skip)('published documents are read without a fault', () => {
  test.each(files)('%s', (file) => {
    const document = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Document;
    const events = document.epcisBody?.eventList ?? [document];
    expect(events.length).toBeGreaterThan(0);
    events.forEach((event, i) => {
      const read = readEvent(event, document['@context'], `/epcisBody/eventList/${String(i)}`);
      expect(read.ok ? [] : read.faults).toEqual([]);
    });
  });
});
