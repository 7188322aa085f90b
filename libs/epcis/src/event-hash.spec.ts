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

const mixed = {
  type: 'TransformationEvent',
  eventTime: '2026-03-01T08:30:00Z',
  eventTimeZoneOffset: '+00:00',
  certificationInfo: ['https://certs.example/2', 'https://certs.example/1'],
  inputEPCList: ['urn:epc:id:sgtin:9506000.013435.3'],
  inputQuantityList: [{ epcClass: 'urn:epc:idpat:sgtin:9506000.013435.*', quantity: 3 }],
  outputEPCList: ['urn:epc:id:sgtin:9506000.013435.4'],
  outputQuantityList: [{ epcClass: 'urn:epc:class:lgtin:9506000.013435.L2' }],
  transformationID: 'urn:epc:id:gdti:9506000.00001.77',
  bizLocation: { id: 'urn:epc:id:sgln:9506000.00001.5' },
  sensorElementList: [
    {
      sensorMetadata: {
        startTime: '2026-03-01T08:00:00Z',
        endTime: '2026-03-01T08:10:00+00:00',
        deviceID: 'urn:epc:id:giai:9506000.1',
      },
      sensorReport: [{ type: 'gs1:Speed', minValue: 1, bizRules: 'https://rules.example/1' }, { exception: 'ALARM_CONDITION' }],
    },
  ],
} as const;
const packed = {
  type: 'AggregationEvent',
  eventTime: '2026-03-01T08:30:00Z',
  eventTimeZoneOffset: '+00:00',
  parentID: 'urn:epc:id:sscc:9506000.0000000001',
  childEPCs: ['urn:epc:id:sgtin:9506000.013435.3'],
  childQuantityList: [{ epcClass: 'urn:epc:class:lgtin:9506000.013435.L2', quantity: 1 }],
  action: 'ADD',
} as const;

test('the texts of a transformation and of packing', () => {
  expect(eventPrehash(mixed, context)).toBe(
    [
      'eventType=TransformationEventeventTime=2026-03-01T08:30:00.000ZeventTimeZoneOffset=+00:00',
      'certificationInfo=https://certs.example/1certificationInfo=https://certs.example/2',
      'inputEPCListepc=https://id.gs1.org/01/09506000134352/21/3',
      'inputQuantityListquantityElementepcClass=https://id.gs1.org/01/09506000134352quantity=3',
      'outputEPCListepc=https://id.gs1.org/01/09506000134352/21/4',
      'outputQuantityListquantityElementepcClass=https://id.gs1.org/01/09506000134352/10/L2',
      'transformationID=https://id.gs1.org/253/950600000001577',
      'bizLocationid=https://id.gs1.org/414/9506000000015/254/5',
      'sensorElementListsensorElement',
      'sensorMetadatastartTime=2026-03-01T08:00:00.000ZendTime=2026-03-01T08:10:00.000ZdeviceID=https://id.gs1.org/8004/95060001',
      'sensorReportexception=https://gs1.org/voc/ALARM_CONDITION',
      'sensorReporttype=https://gs1.org/voc/SpeedminValue=1',
      'sensorElementListsensorElementsensorReportbizRules=https://rules.example/1',
    ].join(''),
  );
  expect(eventPrehash(packed, context)).toBe(
    [
      'eventType=AggregationEventeventTime=2026-03-01T08:30:00.000ZeventTimeZoneOffset=+00:00',
      'parentID=https://id.gs1.org/00/095060000000000015',
      'childEPCsepc=https://id.gs1.org/01/09506000134352/21/3',
      'childQuantityListquantityElementepcClass=https://id.gs1.org/01/09506000134352/10/L2quantity=1',
      'action=ADD',
    ].join(''),
  );
});
