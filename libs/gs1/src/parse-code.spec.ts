import { parseCode } from './index';

const keyOf = (text: string): string => {
  const parsed = parseCode(text);
  return parsed.ok ? parsed.identifier.key : `! ${parsed.error.rule}`;
};

describe('one key for every spelling', () => {
  test.each([
    // EPC URNs
    ['urn:epc:id:sgtin:4012345.011111.9876', '01/04012345111118/21/9876'],
    ['urn:epc:id:sgtin:4012345.011111.98%22', '01/04012345111118/21/98%22'],
    ['urn:epc:id:sgtin:415056789012.0.987654', '01/04150567890128/21/987654'],
    ['urn:epc:id:sgtin:0614141.812345.6789%2F%26%25%22!%3F()', '01/80614141123458/21/6789%2F%26%25%22%21%3F%28%29'],
    ['urn:epc:id:sgtin:0614141.812345.*', '01/80614141123458/21/%2A'],
    ['urn:epc:id:sgtin:0614141.812345.a.*', '01/80614141123458/21/a.%2A'],
    ['URN:EPC:ID:SGTIN:4012345.011111.aB', '01/04012345111118/21/aB'],
    ['urn:epc:class:lgtin:4012345.012345.Lot987', '01/04012345123456/10/Lot987'],
    ['urn:epc:idpat:sgtin:4012345.011111.*', '01/04012345111118'],
    ['urn:epc:id:sscc:4012345.3111111111', '00/340123451111111111'],
    ['urn:epc:id:sgln:4012345.00005.0', '414/4012345000054'],
    ['urn:epc:id:sgln:4012345.00005.122', '414/4012345000054/254/122'],
    ['urn:epc:id:pgln:4000001.00000', '417/4000001000005'],
    ['urn:epc:id:pgln:999999999999.', '417/9999999999994'],
    ['urn:epc:id:grai:4012345.00022.334455', '8003/04012345000221334455'],
    ['urn:epc:idpat:grai:4012345.66666.*', '8003/04012345666663'],
    ['urn:epc:id:giai:4012345.ABC345', '8004/4012345ABC345'],
    ['urn:epc:id:gsrn:4012345.0000006765', '8018/401234500000067657'],
    ['urn:epc:id:gsrnp:4012345.0000000007', '8017/401234500000000074'],
    ['urn:epc:id:gdti:4012345.00009.PO-4711', '253/4012345000092PO-4711'],
    ['urn:epc:id:gdti:987659999999..9', '253/98765999999929'],
    ['urn:epc:idpat:gdti:4012345.55555.*', '253/4012345555554'],
    ['urn:epc:id:sgcn:4012345.99999.44', '255/401234599999044'],
    ['urn:epc:id:cpi:0614141.11111111111111-A%23%2F.1234', '8010/061414111111111111111-A%23%2F/8011/1234'],
    ['urn:epc:idpat:cpi:4012345.ABC.*', '8010/4012345ABC'],
    ['urn:epc:id:ginc:0614141.xyz47%2F11', '401/0614141xyz47%2F11'],
    ['urn:epc:id:gsin:4012345.222333444', '402/40123452223334442'],
    ['urn:epc:id:itip:4012345.011111.01.02.987', '8006/040123451111180102/21/987'],
    ['urn:epc:idpat:itip:4012345.012345.01.02.*', '8006/040123451234560102'],
    ["urn:epc:id:upui:1234567.098765.51qIgY)%3C%26Jp3*j7'SDB", "01/01234567987651/235/51qIgY%29%3C%26Jp3%2Aj7'SDB"],
    ['urn:epc:idpat:upui:1234567.098765.*', '01/01234567987651'],
    // Digital Links
    ['https://id.gs1.org/gtin/09780345418913', '01/09780345418913'],
    ['https://id.gs1.org/gtin/9780345418913/cpv/344/lot/1223/ser/765tz', '01/09780345418913/21/765tz'],
    ['https://example.com/gtin/09780345418913/21/765tz?abc=211121', '01/09780345418913/21/765tz'],
    ['http://example.org:8080/shop/01/items/01/9780345418913/10/AB%2fC#top', '01/09780345418913/10/AB%2FC'],
    ['HTTPS://ID.GS1.ORG/01/09506000134352/21/A1', '01/09506000134352/21/A1'],
    ['https://id.gs1.org/01/95060001/', '! gs1/check-digit'],
    ['https://id.gs1.org/01/95060002/', '01/00000095060002'],
    ['https://id.gs1.org/01/09506000134352/21/a!b', '01/09506000134352/21/a%21b'],
    ['https://id.gs1.org/01/09506000134352/21/%41', '01/09506000134352/21/A'],
    ['https://id.example.de/414/4012345000054/254/0', '414/4012345000054'],
    ['https://id.example.de/gln/4012345000054/254/7', '414/4012345000054/254/7'],
    ['https://id.example.de/party/9999999999994', '417/9999999999994'],
    ['https://id.example.com/8004/4000001111', '8004/4000001111'],
    // canonical paths
    ['01/09506000134352/21/123', '01/09506000134352/21/123'],
    ['/01/09506000134352/10/L1', '01/09506000134352/10/L1'],
    ['00/340123451111111111', '00/340123451111111111'],
    // element strings
    ['(01)09506000134352(10)ABC(21)S 1', '! gs1/malformed-key'],
    ['(01)09506000134352(10)ABC(21)S1', '01/09506000134352/21/S1'],
    ['(01)09506000134352(17)270101(10)ABC', '01/09506000134352/10/ABC'],
    ['(01)09506000134352 (21)a\\(10)', '01/09506000134352/21/a%2810%29'],
    ['(414)4012345000054(254)9', '414/4012345000054/254/9'],
    [']C10109506000134352172701011012AB\x1d21S1', '01/09506000134352/21/S1'],
    [']d201095060001343522112\x1d10L', '01/09506000134352/21/12'],
    ['\x1d0109506000134352\x1d10L', '01/09506000134352/10/L'],
    [']Q300340123451111111111', '00/340123451111111111'],
    ['010950600013435210AB-1', '01/09506000134352/10/AB-1'],
    ['00340123451111111111', '00/340123451111111111'],
    // bare digits and tags
    ['9506000134352', '01/09506000134352'],
    ['09506000134352', '01/09506000134352'],
    ['95060002', '01/00000095060002'],
    ['340123451111111111', '00/340123451111111111'],
    ['3066C4409047E140075BCD15', '01/09506000134352/21/123456789'],
    [' 9506000134352\r\n', '01/09506000134352'],
  ])('%s is %s', (text, key) => {
    expect(keyOf(text)).toBe(key);
  });
});

describe('opaque URIs are kept as they are', () => {
  test.each([
    'http://id.gs1.org/01/9780345418913/99/utfgf',
    'https://id.gs1.org/01/123',
    'https://example.com/8003/952012200000001004',
    'https://example.com/products/42?x=1',
    'https://example.com/8018/123456789012345678',
    'urn:uuid:404d95fc-9457-4a51-bd6a-0bba133845a8',
    'urn:epcglobal:cbv:bt:4012345123456:RE100099',
    'urn:epc:id:gid:95100000.12345.400',
    'urn:epc:id:sgtin:4012345.11111.9876',
    'urn:epc:idpat:sgtin:4012345.*.*',
    'urn:epc:idpat:sgtin:4012345.011111.a.*',
    'urn:epc:idpat:gdti:4012345.55555.a.*',
    'urn:epc:idpat:grai:4012345.66666.a.*',
    'https://id.gs1.org/01/09506000134352/10/A/10/B',
    'ni:///sha-256;df6523665bc5e5803d6c7b84f5a04e103694d8220f2abc4f2c74310e89f31bc6?ver=CBV2.0',
    'did:example:123',
    'https://id.gs1.org/01/09506000134352/21/%C3%A9',
    'https://id.gs1.org/01/09506000134352/21/123456789012345678901',
  ])('%s', (text) => {
    expect(parseCode(text)).toEqual({ ok: true, identifier: { key: text, kind: 'opaque' } });
  });
});

describe('wrong codes are refused by name', () => {
  test.each([
    ['https://id.gs1.org/01/09506000134353', 'gs1/check-digit'],
    ['https://example.com/x/00/340123451111111112', 'gs1/check-digit'],
    ['https://id.gs1.org/414/4012345000055', 'gs1/check-digit'],
    ['https://id.gs1.org/417/4012345000055', 'gs1/check-digit'],
    ['01/09506000134353/21/1', 'gs1/check-digit'],
    ['9506000134353', 'gs1/check-digit'],
    ['340123451111111112', 'gs1/check-digit'],
    ['(01)09506000134353(21)1', 'gs1/check-digit'],
    [']C100340123451111111112', 'gs1/check-digit'],
    ['(8003)04012345000222A', 'gs1/check-digit'],
    ['(01)09506000134352(21)', 'gs1/malformed-key'],
    ['(10)ABC', 'gs1/element-string'],
    ['(01)0950', 'gs1/malformed-key'],
    ['(99999)1', 'gs1/element-string'],
    [']C10109506000', 'gs1/element-string'],
    ['30F6C4409047E140075BCD15', 'gs1/epc-binary'],
    ['307EC4409047E140075BCD15', 'gs1/epc-binary'],
    ['/products/42', 'gs1/malformed-key'],
    ['4711', 'gs1/not-a-code'],
    ['pallet seven', 'gs1/not-a-code'],
    ['http://with space/', 'gs1/not-a-code'],
    ['', 'gs1/not-a-code'],
    [`urn:x:${'y'.repeat(3000)}`, 'gs1/too-long'],
  ])('%s: %s', (text, rule) => {
    expect(parseCode(text)).toMatchObject({ ok: false, error: { rule } });
  });
});

describe('what an identifier says beside its key', () => {
  test('a serial keeps the lot its spelling states, though the key drops it', () => {
    expect(parseCode('https://id.gs1.org/01/09506000134352/10/L%2F1/21/S1')).toEqual({
      ok: true,
      identifier: { key: '01/09506000134352/21/S1', kind: 'instance', gtin: '09506000134352', serial: 'S1', lot: 'L/1' },
    });
  });
  test.each([
    ['urn:epc:id:sscc:4012345.3111111111', 'logistic-unit'],
    ['urn:epc:id:grai:4012345.00022.334455', 'returnable'],
    ['urn:epc:idpat:grai:4012345.00022.*', 'class'],
    ['urn:epc:id:giai:4012345.ABC345', 'asset'],
    ['urn:epc:id:sgln:4012345.00005.0', 'place'],
    ['urn:epc:id:pgln:4000001.00000', 'party'],
    ['urn:epc:id:gdti:4012345.00009.1', 'other'],
    ['urn:epc:id:itip:4012345.011111.01.02.987', 'instance'],
    ['urn:epc:id:cpi:4012345.ABC.123', 'instance'],
    ['https://id.gs1.org/8006/040123451111180102/10/A', 'lot'],
  ])('%s is a %s', (text, kind) => {
    expect(parseCode(text)).toMatchObject({ ok: true, identifier: { kind } });
  });
});
