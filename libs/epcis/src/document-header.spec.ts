import { readDocumentHeader } from './index';

const context = ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld', { ext: 'https://ns.example.org/ext/' }];
const skeleton = {
  '@context': context,
  type: 'EPCISDocument',
  schemaVersion: '2.0',
  creationDate: '2026-03-01T00:00:00Z',
  epcisBody: { eventList: [] },
};
const master = (elements: unknown[]): unknown => ({
  ...skeleton,
  epcisHeader: {
    epcisMasterData: {
      vocabularyList: [{ type: 'urn:epcglobal:epcis:vtype:BusinessLocation', vocabularyElementList: elements }],
    },
  },
});
const faultsOf = (document: unknown): string[] => {
  const read = readDocumentHeader(document);
  return read.ok ? [] : read.faults.map(({ pointer, rule }) => `${pointer} ${rule}`);
};

test('a document without master data', () => {
  expect(readDocumentHeader(skeleton)).toEqual({
    ok: true,
    header: {
      type: 'EPCISDocument',
      schemaVersion: '2.0',
      context,
      creationTimeMicros: 1772323200000000,
      ignoreFields: [],
      masterData: [],
    },
  });
});

test('master data in canonical keys', () => {
  const element = {
    id: 'urn:epc:id:sgln:9506000.00001.0',
    attributes: [
      { id: 'urn:epcglobal:cbv:mda#site', attribute: '9506000000015' },
      { id: 'urn:epcglobal:cbv:mda:name', attribute: 'Dairy' },
      { id: 'cbvmda:city', attribute: 'Jinan' },
      { id: 'ext:address', attribute: { 'ext:street': '1 Mill Lane' } },
    ],
    children: ['https://id.gs1.org/414/9506000000022'],
  };
  const read = readDocumentHeader(master([element]));
  expect(read.ok && read.header.masterData).toEqual([
    {
      type: 'BusinessLocation',
      id: '414/9506000000015',
      attributes: {
        'cbvmda:site': '9506000000015',
        'cbvmda:name': 'Dairy',
        'cbvmda:city': 'Jinan',
        'https://ns.example.org/ext/address': { 'ext:street': '1 Mill Lane' },
      },
      children: ['414/9506000000022'],
    },
  ]);
});

test('a query answer with fields that take no part in hashes', () => {
  const epcisBody = { queryResults: { queryName: 'q', 'ext:ignoreFields': ['ext:seen'], resultsBody: { eventList: [] } } };
  expect(readDocumentHeader({ ...skeleton, type: 'EPCISQueryDocument', epcisBody })).toMatchObject({
    ok: true,
    header: { ignoreFields: ['ext:seen'] },
  });
});

test.each<[string, unknown, string[]]>([
  ['no object', [], [' epcis/wrong-type']],
  ['no type', { ...skeleton, type: undefined }, ['/type epcis/missing-field']],
  ['another type', { ...skeleton, type: 'ObjectEvent' }, ['/type epcis/not-allowed']],
  ['no context', { ...skeleton, '@context': undefined }, ['/@context epcis/missing-field']],
  ['a context that is a number', { ...skeleton, '@context': 5 }, ['/@context epcis/wrong-type']],
  ['an unknown field', { ...skeleton, colour: 'red' }, ['/colour epcis/unknown-field']],
  ['an undeclared prefix', { ...skeleton, 'foo:bar': 1 }, ['/foo:bar epcis/undeclared-prefix']],
  ['an unknown field in the body', { ...skeleton, epcisBody: { events: [] } }, ['/epcisBody/events epcis/unknown-field']],
  ['no body and no header', { ...skeleton, epcisBody: undefined }, ['/epcisBody epcis/missing-field']],
  ['a body that is a list', { ...skeleton, epcisBody: [] }, ['/epcisBody epcis/wrong-type']],
  ['an event list that is an object', { ...skeleton, epcisBody: { eventList: {} } }, ['/epcisBody/eventList epcis/wrong-type']],
  [
    'a query answer without results',
    { ...skeleton, type: 'EPCISQueryDocument', epcisBody: {} },
    ['/epcisBody/queryResults epcis/missing-field'],
  ],
  ['no version', { ...skeleton, schemaVersion: undefined }, ['/schemaVersion epcis/missing-field']],
  ['a version that is a number', { ...skeleton, schemaVersion: 2 }, ['/schemaVersion epcis/wrong-type']],
  ['a version to come', { ...skeleton, schemaVersion: '3.0' }, ['/schemaVersion epcis/schema-version']],
  ['no creation date', { ...skeleton, creationDate: undefined }, ['/creationDate epcis/missing-field']],
  [
    'a creation date without zone',
    { ...skeleton, creationDate: '2026-03-01T00:00:00' },
    ['/creationDate epcis/time-zone-missing'],
  ],
  ['a header that is a string', { ...skeleton, epcisHeader: 'x' }, ['/epcisHeader epcis/wrong-type']],
  [
    'a vocabulary list that is an object',
    { ...skeleton, epcisHeader: { epcisMasterData: { vocabularyList: {} } } },
    ['/epcisHeader/epcisMasterData/vocabularyList epcis/wrong-type'],
  ],
  [
    'master data with a wrong check digit',
    master([{ id: 'https://id.gs1.org/414/9506000000012' }]),
    ['/epcisHeader/epcisMasterData/vocabularyList/0/vocabularyElementList/0/id gs1/check-digit'],
  ],
  [
    'master data without id',
    master([{}]),
    ['/epcisHeader/epcisMasterData/vocabularyList/0/vocabularyElementList/0/id epcis/missing-field'],
  ],
])('refused: %s', (_, document, faults) => {
  expect(faultsOf(document)).toEqual(faults);
});

test('master data alone is a document', () => {
  expect(faultsOf({ ...(master([]) as object), epcisBody: undefined })).toEqual([]);
});
