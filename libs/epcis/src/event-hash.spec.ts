import { eventHash, eventPrehash } from './index';

const context = [
  'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld',
  { ext: 'https://ns.example.org/ext/', other: 'https://other.example/' },
];
const received = {
  type: 'ObjectEvent',
  eventTime: '2026-03-01T08:30:00.2505+08:00',
  eventTimeZoneOffset: '+08:00',
  action: 'OBSERVE',
  bizStep: 'receiving',
  disposition: 'in_progress',
  epcList: ['urn:epc:id:sgtin:9506000.013435.2', 'urn:epc:id:sgtin:9506000.013435.1'],
  quantityList: [{ epcClass: 'urn:epc:class:lgtin:9506000.013435.L1', quantity: 2.5, uom: 'KGM' }],
  readPoint: { id: 'urn:epc:id:sgln:9506000.00001.0', 'ext:dock': '7' },
  bizTransactionList: [{ type: 'po', bizTransaction: 'urn:epcglobal:cbv:bt:9506000000015:1' }],
  sourceList: [{ type: 'owning_party', source: 'urn:epc:id:pgln:9506000.00001' }],
  destinationList: [{ type: 'location', destination: 'urn:epc:id:sgln:9506000.00002.0' }],
  persistentDisposition: { set: ['recalled'], unset: ['available'] },
  sensorElementList: [{ sensorReport: [{ type: 'Temperature', value: 4, uom: 'CEL', component: 'x' }], 'ext:probe': true }],
  ilmd: { 'cbvmda:lotNumber': '007' },
  'ext:list': [2.0, '1.50', { 'ext:b': null, a: 'urn:epcglobal:cbv:disp:active' }],
} as const;

test('the text that is hashed', () => {
  expect(eventPrehash(received, context)).toBe(
    [
      'eventType=ObjectEvent',
      'eventTime=2026-03-01T00:30:00.251Z',
      'eventTimeZoneOffset=+08:00',
      'epcListepc=https://id.gs1.org/01/09506000134352/21/1',
      'epc=https://id.gs1.org/01/09506000134352/21/2',
      'quantityListquantityElementepcClass=https://id.gs1.org/01/09506000134352/10/L1quantity=2.5uom=KGM',
      'action=OBSERVE',
      'bizStep=https://ref.gs1.org/cbv/BizStep-receiving',
      'disposition=https://ref.gs1.org/cbv/Disp-in_progress',
      'persistentDispositionset=https://ref.gs1.org/cbv/Disp-recalledunset=https://ref.gs1.org/cbv/Disp-available',
      'readPointid=https://id.gs1.org/414/9506000000015{https://ns.example.org/ext/}dock=7',
      'sensorElementListsensorElementsensorReporttype=https://gs1.org/voc/Temperaturevalue=4component=https://ref.gs1.org/cbv/Comp-xuom=CEL',
      '{https://ns.example.org/ext/}probe=true',
      'bizTransactionListtype=https://ref.gs1.org/cbv/BTT-pobizTransaction=urn:epcglobal:cbv:bt:9506000000015:1',
      'destinationListtype=https://ref.gs1.org/cbv/SDT-locationdestination=https://id.gs1.org/414/9506000000022',
      'ilmd{urn:epcglobal:cbv:mda:}lotNumber=007',
      'sourceListtype=https://ref.gs1.org/cbv/SDT-owning_partysource=https://id.gs1.org/417/9506000000015',
      '{https://ns.example.org/ext/}list=1.5',
      '{https://ns.example.org/ext/}list=2',
      '{https://ns.example.org/ext/}lista=https://ref.gs1.org/cbv/Disp-active{https://ns.example.org/ext/}b',
    ].join(''),
  );
});

test('the hash of that text', () => {
  expect(eventHash({ type: 'ObjectEvent', eventTime: '2026-03-01T00:00:00Z' }, context)).toBe(
    'ni:///sha-256;7ec64fa4473734a387c9c9f69f9ab7e13c17ab3597863eb4e6afe0fc8ae65844?ver=CBV2.0',
  );
});

const hash = (change: object, inContext: unknown = context): string => eventHash({ ...received, ...change }, inContext);
const same = hash({});

test.each<[string, object, unknown?]>([
  ['ids and record times', { eventID: 'urn:uuid:1', recordTime: '2026-03-02T00:00:00Z' }],
  ['an error declaration', { errorDeclaration: { declarationTime: '2026-03-02T00:00:00Z' } }],
  ['remarks', { 'rdfs:comment': 'nice' }],
  ['the zone an instant is written in', { eventTime: '2026-03-01T00:30:00.251Z' }],
  [
    'the spelling and order of codes',
    { epcList: ['https://x.example/gtin/9506000134352/ser/1?a=b', 'https://id.gs1.org/01/09506000134352/21/2'] },
  ],
  ['the spelling of vocabulary', { bizStep: 'urn:epcglobal:cbv:bizstep:receiving', disposition: 'cbv:Disp-in_progress' }],
  ['empty lists', { inputEPCList: [], childEPCs: [] }],
  [
    'the prefix a namespace has',
    {
      'ext:list': undefined,
      readPoint: { id: 'urn:epc:id:sgln:9506000.00001.0', 'e:dock': '7' },
      'e:list': [2, 1.5, { 'e:b': '', a: 'cbv:Disp-active' }],
      sensorElementList: [{ ...received.sensorElementList[0], 'ext:probe': undefined, 'e:probe': true }],
    },
    [...context, { e: 'https://ns.example.org/ext/' }],
  ],
])('%s do not change it', (_, change, inContext = context) => {
  const event = JSON.parse(JSON.stringify({ ...received, ...change })) as Record<string, unknown>;
  expect(eventHash(event, inContext)).toBe(same);
});

test.each<[string, object]>([
  ['another time', { eventTime: '2026-03-01T08:30:00.252+08:00' }],
  ['another offset', { eventTimeZoneOffset: '+07:00' }],
  ['one thing less', { epcList: ['urn:epc:id:sgtin:9506000.013435.2'] }],
  ['another quantity', { quantityList: [{ epcClass: 'urn:epc:class:lgtin:9506000.013435.L1', quantity: 2.6, uom: 'KGM' }] }],
  ['another lot that is the same number', { ilmd: { 'cbvmda:lotNumber': '07' } }],
  ['an extension of another namespace', { 'other:list': received['ext:list'], 'ext:list': [] }],
  ['an extension more', { 'ext:more': '' }],
  [
    'the other side',
    {
      sourceList: [],
      destinationList: [...received.destinationList, { type: 'owning_party', destination: 'urn:epc:id:pgln:9506000.00001' }],
    },
  ],
])('%s is another event', (_, change) => {
  expect(hash(change)).not.toBe(same);
});

test('fields a document excludes take no part', () => {
  const event = { ...received, 'ext:repositoryHash': 'x' };
  expect(eventHash(event, context)).not.toBe(same);
  expect(eventHash(event, context, { ignoreFields: ['ext:repositoryHash'] })).toBe(same);
});

test.each<[number | string, string]>([
  [1.5e-7, '0.00000015'],
  [-2e-9, '-0.000000002'],
  [1e21, '1000000000000000000000'],
  ['+3.40', '3.4'],
  ['0614141', '0614141'],
  ['1E5', '1E5'],
])('%p is hashed as %s', (value, text) => {
  expect(eventPrehash({ type: 'ObjectEvent', 'ext:v': value }, context)).toBe(
    `eventType=ObjectEvent{https://ns.example.org/ext/}v=${text}`,
  );
});
