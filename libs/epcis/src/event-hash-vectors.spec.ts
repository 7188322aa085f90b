import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventHash, eventPrehash } from './index';

const folder = join(__dirname, '../../../../shared/corpus/event-hash');
const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonld')) : [];
if (names.length === 0) console.warn(`skipped: no published event hash vectors at ${folder}`);

interface Body {
  eventList?: Record<string, unknown>[];
  queryResults?: Record<string, unknown> & { resultsBody: { eventList: Record<string, unknown>[] } };
}
const lines = (path: string): string[] =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== '')
    : [];

(names.length > 0 ? describe : describe.skip)('published event hash vectors', () => {
  test.each(names)('%s', (name) => {
    const document = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { '@context': unknown; epcisBody: Body };
    const body = document.epcisBody;
    const events = body.eventList ?? body.queryResults?.resultsBody.eventList ?? [];
    const ignoreFields = (body.queryResults?.['repository-x:ignoreFields'] ?? []) as string[];
    const stem = join(folder, name.slice(0, -'.jsonld'.length));
    const prehashes = lines(`${stem}.prehashes`);
    const actual = events.map((event) => eventPrehash(event, document['@context'], { ignoreFields }));
    // Some of the published texts are cut short or garbled; the hashes decide, the texts say where.
    const hashes = lines(`${stem}.hashes`);
    const computed = events.map((event) => eventHash(event, document['@context'], { ignoreFields }));
    if (computed.join() !== hashes.join()) expect(actual).toEqual(prehashes);
    expect(computed).toEqual(hashes);
  });
});
