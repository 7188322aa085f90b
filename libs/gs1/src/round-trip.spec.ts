import fc from 'fast-check';
import {
  checkDigit,
  decodeEpcHex,
  describeKey,
  encodeSgtin96,
  encodeSscc96,
  glnOf,
  instanceKey,
  lotKey,
  lotOf,
  parseCode,
  serialOf,
  toElementString,
  toFnc1String,
  toUri,
  toUrn,
} from './index';
import { encodeValue } from './value-coding';

const of82 = `!"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz`;
const text = (lengthMin: number, lengthMax: number, alphabet = of82) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: lengthMin, maxLength: lengthMax });
const digits = (length: number) => text(length, length, '0123456789');
const checked = (body: string): string => body + String(checkDigit(body));

const gtin = digits(13).map(checked);
const gln = digits(12).map(glnOf);
/** Keys of every type, with values of the whole character set, percent-encoded as the canonical form wants. */
const keysByType = {
  class: gtin.map((g) => `01/${g}`),
  sgtin: fc.tuple(gtin, text(1, 20)).map(([g, s]) => instanceKey(g, s)),
  lgtin: fc.tuple(gtin, text(1, 20)).map(([g, l]) => lotKey(g, l)),
  upui: fc.tuple(gtin, text(1, 28)).map(([g, s]) => `01/${g}/235/${encodeValue(s)}`),
  sscc: digits(17).map((b) => `00/${checked(b)}`),
  gln: gln.map((g) => `414/${g}`),
  sgln: fc
    .tuple(
      gln,
      text(1, 20).filter((x) => x !== '0'),
    )
    .map(([g, x]) => `414/${g}/254/${encodeValue(x)}`),
  pgln: gln.map((g) => `417/${g}`),
  grai: fc.tuple(gln, text(0, 16)).map(([g, s]) => `8003/0${g}${encodeValue(s)}`),
  giai: fc.tuple(digits(12), text(1, 18)).map(([c, a]) => `8004/${c}${encodeValue(a)}`),
  gdti: fc.tuple(gln, text(0, 17)).map(([g, s]) => `253/${g}${encodeValue(s)}`),
  sgcn: fc.tuple(gln, text(0, 12, '0123456789')).map(([g, s]) => `255/${g}${s}`),
  ginc: fc.tuple(digits(12), text(1, 18)).map(([c, a]) => `401/${c}${encodeValue(a)}`),
  gsin: digits(16).map((b) => `402/${checked(b)}`),
  gsrn: digits(17).map((b) => `8018/${checked(b)}`),
  gsrnp: digits(17).map((b) => `8017/${checked(b)}`),
  itip: fc.tuple(gtin, digits(4), text(1, 20)).map(([g, p, s]) => `8006/${g}${p}/21/${encodeValue(s)}`),
  itipClass: fc.tuple(gtin, digits(4)).map(([g, p]) => `8006/${g}${p}`),
  cpi: fc
    .tuple(digits(12), text(1, 18, '0123456789ABCXYZ-/#'), text(1, 12, '0123456789'))
    .map(([c, p, s]) => `8010/${c}${encodeValue(p)}/8011/${s}`),
  cpiClass: fc.tuple(digits(12), text(1, 18, '0123456789ABCXYZ-/#')).map(([c, p]) => `8010/${c}${encodeValue(p)}`),
};

const keyOf = (spelling: string | undefined): string => {
  const parsed = parseCode(spelling ?? '');
  return parsed.ok ? parsed.identifier.key : `${parsed.error.rule}: ${parsed.error.message}`;
};

describe.each(Object.entries(keysByType))('%s', (type, keys) => {
  test('is its own key, and every spelling of it reads back to it', () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 6, max: 12 }), (key, companyPrefixLength) => {
        expect(keyOf(key)).toBe(key);
        expect(keyOf(`/${key}`)).toBe(key);
        expect(keyOf(toUri(key))).toBe(key);
        expect(keyOf(`http://shop.example/p/q/${key}?linkType=all#x`)).toBe(key);
        expect(keyOf(toElementString(key))).toBe(key);
        expect(keyOf(toFnc1String(key))).toBe(key);
        expect(keyOf(toUrn(key, companyPrefixLength))).toBe(key);
        const parsed = parseCode(key);
        expect(parsed.ok && parsed.identifier).toEqual(describeKey(key));
      }),
    );
  });
  if (type in { giai: 0, ginc: 0, cpi: 0, cpiClass: 0 }) return;
  test('a wrong check digit is never read as this key', () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 9 }), (key, shift) => {
        const slash = key.indexOf('/');
        const ai = key.slice(0, slash);
        const at = slash + ({ '00': 18, '01': 14, '402': 17, '8003': 14, '8006': 14, '8017': 18, '8018': 18 }[ai] ?? 13);
        const wrong = key.slice(0, at) + String((Number(key.charAt(at)) + shift) % 10) + key.slice(at + 1);
        const refusal = {
          ok: false,
          error: { rule: ['00', '01', '414', '417'].includes(ai) ? 'gs1/check-digit' : 'gs1/malformed-key' },
        };
        expect(parseCode(wrong)).toMatchObject(refusal);
        const asLink = parseCode(`https://id.example/${wrong}`);
        if (['00', '01', '414', '417'].includes(ai)) expect(asLink).toMatchObject(refusal);
        else expect(asLink).toEqual({ ok: true, identifier: { key: `https://id.example/${wrong}`, kind: 'opaque' } });
        expect(parseCode(toElementString(wrong) ?? '')).toMatchObject({ ok: false });
      }),
    );
  });
});

test('percent-escapes, cases and escape cases of one value are one key', () => {
  fc.assert(
    fc.property(gtin, text(1, 20), fc.boolean(), (g, serial, lower) => {
      const escaped = [...serial].map((c) => '%' + c.charCodeAt(0).toString(16).padStart(2, '0')).join('');
      expect(keyOf(`https://x.example/01/${g}/21/${lower ? escaped : escaped.toUpperCase().replaceAll('%', '%')}`)).toBe(
        instanceKey(g, serial),
      );
      expect(serialOf(instanceKey(g, serial))).toBe(serial);
      expect(lotOf(lotKey(g, serial))).toBe(serial);
    }),
  );
});

test('SGTIN-96 and SSCC-96 tags read back to their key', () => {
  fc.assert(
    fc.property(
      gtin,
      fc.bigInt({ min: 0n, max: (1n << 38n) - 1n }),
      digits(17),
      fc.integer({ min: 6, max: 12 }),
      (g, serial, body, prefix) => {
        const instance = instanceKey(g, serial.toString());
        expect(keyOf(encodeSgtin96(instance, prefix))).toBe(instance);
        const unit = `00/${checked(body)}`;
        expect(keyOf(encodeSscc96(unit, prefix)?.toLowerCase())).toBe(unit);
      },
    ),
  );
});

test('serials that 38 bits cannot hold have no SGTIN-96', () => {
  expect(encodeSgtin96('01/09506000134352/21/274877906943', 7)).toBeDefined();
  expect(encodeSgtin96('01/09506000134352/21/274877906944', 7)).toBeUndefined();
  expect(encodeSgtin96('01/09506000134352/21/012', 7)).toBeUndefined();
  expect(encodeSgtin96('01/09506000134352/21/A', 7)).toBeUndefined();
  expect(encodeSgtin96('01/09506000134352', 7)).toBeUndefined();
});

test('no text makes the reader throw, and what it accepts it accepts again under the key it gave', () => {
  const pieces = fc.constantFrom(
    'urn:epc:id:',
    'sgtin:',
    'https://',
    'x.y/',
    '01/',
    '09506000134352',
    '/21/',
    '/10/',
    '(01)',
    '(',
    ')',
    ']C1',
    '\x1d',
    '%',
    '%2',
    '.',
    '*',
    '3066C4409047E140075BCD15',
    '00',
    '8003',
    '\\',
  );
  const any = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.oneof(pieces, fc.string({ maxLength: 4 })), { maxLength: 8 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(any, (anyText) => {
      const parsed = parseCode(anyText);
      decodeEpcHex(anyText);
      if (!parsed.ok) return;
      const { key, kind } = parsed.identifier;
      expect(keyOf(key)).toBe(key);
      if (kind !== 'opaque') expect(keyOf(toUri(key))).toBe(key);
    }),
    { numRuns: 5000 },
  );
});
