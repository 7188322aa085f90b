import fc from 'fast-check';
import { type DocumentPart, DocumentSplitter, type SplitterLimits } from './document-splitter';
import { MalformedDocument } from './malformed-document';

const LIMITS: SplitterLimits = { depthMax: 60, eventBytesMax: 1 << 20, memberBytesMax: 1 << 20 };

function split(text: string | Uint8Array, borders: readonly number[] = [], limits = LIMITS): DocumentPart[] {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const splitter = new DocumentSplitter(limits);
  const cuts = [...new Set([0, ...borders.map((border) => border % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  const parts = cuts.slice(1).flatMap((cut, n) => {
    const chunk = Buffer.from(bytes.subarray(cuts[n], cut));
    const found = splitter.push(chunk);
    chunk.fill(0x5b); // a reused read buffer must not reach into what was cut out before
    return found.filter((part) => part.kind !== 'opened');
  });
  splitter.end();
  return parts;
}

function refusal(text: string | Uint8Array, limits = LIMITS): MalformedDocument {
  try {
    split(text, [], limits);
  } catch (error) {
    if (error instanceof MalformedDocument) return error;
    throw error;
  }
  throw new Error('was accepted');
}

const events = (parts: readonly DocumentPart[]): unknown[] => parts.filter((p) => p.kind === 'event').map((p) => p.value);
const members = (parts: readonly DocumentPart[]): Record<string, unknown> =>
  Object.fromEntries(parts.filter((p) => p.kind === 'member').map((p) => [p.pointer, p.value]));

const trickyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', '\\"', ']', '}', '[{', '溯源', '\u{1F9FA}', '\n'),
);
const anyValue = fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 });
const anyEvent = fc.dictionary(trickyText, fc.oneof(anyValue, trickyText), { maxKeys: 5 });
const anyDocument = fc
  .record({
    before: anyValue,
    after: anyValue,
    list: fc.array(fc.oneof(anyEvent, anyValue), { maxLength: 8 }),
    bodyFirst: fc.boolean(),
  })
  .map(({ before, after, list, bodyFirst }) => {
    const header = { '@context': before, type: 'EPCISDocument', epcisHeader: { deep: [before] } };
    const body = { note: after, eventList: list, 'more/~': before };
    return bodyFirst ? { epcisBody: body, ...header } : { ...header, epcisBody: body, last: after };
  });
const anyBorders = fc.array(fc.nat(100_000), { maxLength: 30 });
const anySpacing = fc.constantFrom(undefined, 1, '\t', '\n  ');

describe('splitting a document', () => {
  it('finds what JSON.parse finds, wherever the chunks end', () => {
    fc.assert(
      fc.property(anyDocument, anyBorders, anySpacing, (document, borders, spacing) => {
        const text = JSON.stringify(document, null, spacing);
        const parts = split(text, borders);
        const expected = JSON.parse(text) as typeof document;
        expect(events(parts)).toEqual(expected.epcisBody.eventList);
        expect(members(parts)['/@context']).toEqual(expected['@context']);
        expect(members(parts)['/epcisBody/more~1~0']).toEqual(expected.epcisBody['more/~']);
        for (const part of parts) expect(JSON.parse(part.text)).toEqual(part.value);
      }),
      { numRuns: 300 },
    );
  });

  it('accepts what JSON.parse accepts, and nothing else', () => {
    const mutation = fc.record({
      at: fc.nat(100_000),
      kind: fc.constantFrom('drop', 'insert', 'cut'),
      with: fc.constantFrom(...'{}[]",:1e-n\\ \t\ntu'),
    });
    fc.assert(
      fc.property(anyDocument, fc.array(mutation, { minLength: 1, maxLength: 2 }), anyBorders, (document, mutations, borders) => {
        let text = JSON.stringify(document);
        for (const { at, kind, with: byte } of mutations) {
          const place = at % (text.length + 1);
          if (kind === 'cut') text = text.slice(0, place);
          else text = text.slice(0, place) + (kind === 'insert' ? byte : '') + text.slice(place + (kind === 'drop' ? 1 : 0));
        }
        text = Buffer.from(text).toString();
        const isJson = accepts(() => JSON.parse(text) as unknown);
        let mine = true;
        try {
          split(text, borders);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedDocument);
          // A repeated name, or no object at all: JSON, but no document.
          mine = ['json/duplicate-name', 'epcis/shape'].includes((error as MalformedDocument).rule) ? isJson : false;
        }
        expect(mine).toBe(isJson);
      }),
      { numRuns: 1000 },
    );
  });

  it('opens a single event and a query answer as well', () => {
    expect(split('{"epcisBody":{"event":{"a":1}}}')).toMatchObject([
      { kind: 'event', pointer: '/epcisBody/event', value: { a: 1 } },
    ]);
    const answer = '{"epcisBody":{"queryResults":{"queryName":"q","resultsBody":{"eventList":[{"a":1},{"a":2}]}}}}';
    expect(split(answer).map((part) => [part.kind, part.pointer])).toEqual([
      ['member', '/epcisBody/queryResults/queryName'],
      ['event', '/epcisBody/queryResults/resultsBody/eventList/0'],
      ['event', '/epcisBody/queryResults/resultsBody/eventList/1'],
    ]);
  });

  it('keeps a list that is none, and a list elsewhere, whole', () => {
    expect(split('{"epcisBody":{"eventList":{"a":[1]}},"eventList":[{"b":2}]}').map((p) => [p.kind, p.pointer, p.value])).toEqual(
      [
        ['member', '/epcisBody/eventList', { a: [1] }],
        ['member', '/eventList', [{ b: 2 }]],
      ],
    );
  });

  it('skips a byte order mark', () => {
    expect(events(split('\uFEFF{"epcisBody":{"eventList":[1]}}', [1, 2]))).toEqual([1]);
  });

  it('names byte, line and place of what it refuses', () => {
    expect(refusal('{"epcisBody": {\n"eventList": [{"a": 1}, {"b"')).toMatchObject({
      rule: 'json/truncated',
      offset: 44,
      line: 2,
      pointer: '/epcisBody/eventList/1',
    });
    expect(refusal('{"epcisBody":{"eventList":[{},\n{"é":\n tru}]}}')).toMatchObject({
      rule: 'json/syntax',
      line: 3,
      offset: 39,
      pointer: '/epcisBody/eventList/1',
    });
    expect(refusal('{"a": 1,, }')).toMatchObject({ rule: 'json/syntax', offset: 8 });
    expect(refusal('')).toMatchObject({ rule: 'json/truncated' });
    expect(refusal('[]')).toMatchObject({ rule: 'epcis/shape' });
    expect(refusal('{"a":1} x')).toMatchObject({ rule: 'json/syntax', offset: 8 });
    expect(refusal('{"epcisBody":{"eventList":[],"eventList":[]}}')).toMatchObject({
      rule: 'json/duplicate-name',
      pointer: '/epcisBody/eventList',
    });
    expect(refusal(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toMatchObject({ rule: 'json/utf-8', offset: 1 });
  });

  it('stops at its limits instead of filling the memory', () => {
    const deep = `{"epcisBody":{"eventList":[${'['.repeat(61)}`;
    expect(refusal(deep)).toMatchObject({ rule: 'json/too-deep', pointer: '/epcisBody/eventList/0' });
    const long = `{"epcisBody":{"eventList":[1,"${'x'.repeat(2000)}`;
    expect(refusal(long, { ...LIMITS, eventBytesMax: 1000 })).toMatchObject({
      rule: 'json/too-large',
      pointer: '/epcisBody/eventList/1',
    });
  });
});

function accepts(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
