import fc from 'fast-check';
import { readEvent } from './index';

const context = ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld', { ext: 'https://ns.example.org/ext/' }];
const at = '/epcisBody/eventList/3';
type Members = Record<string, unknown>;

const shipment: Members = {
  type: 'ObjectEvent',
  eventTime: '2026-03-01T08:30:00.250+08:00',
  eventTimeZoneOffset: '+08:00',
  action: 'OBSERVE',
  bizStep: 'shipping',
  disposition: 'in_transit',
  epcList: ['urn:epc:id:sgtin:9506000.013435.1', 'https://shop.example/01/09506000134352/10/L7/21/2'],
  readPoint: { id: 'urn:epc:id:sgln:9506000.00001.0' },
  sourceList: [{ type: 'possessing_party', source: 'urn:epc:id:pgln:9506000.00001' }],
  destinationList: [{ type: 'location', destination: 'https://id.gs1.org/414/9506000000022' }],
};
const packing: Members = {
  type: 'AggregationEvent',
  eventTime: '2026-03-01T08:30:00Z',
  eventTimeZoneOffset: '+00:00',
  action: 'ADD',
  parentID: 'urn:epc:id:sscc:9506000.0000000001',
  childEPCs: ['urn:epc:id:sgtin:9506000.013435.1'],
};
const order: Members = {
  ...packing,
  type: 'TransactionEvent',
  childEPCs: undefined,
  bizTransactionList: [{ type: 'po', bizTransaction: 'urn:epcglobal:cbv:bt:9506000000015:1' }],
};
const mixing: Members = {
  type: 'TransformationEvent',
  eventTime: '2026-03-01T08:30:00Z',
  eventTimeZoneOffset: '+00:00',
  inputQuantityList: [{ epcClass: 'urn:epc:class:lgtin:9506000.013435.L1', quantity: 2.5, uom: 'KGM' }],
  outputEPCList: ['urn:epc:id:sgtin:9506000.013435.9'],
  transformationID: 'urn:epc:id:gdti:9506000.00001.77',
  ilmd: { 'cbvmda:lotNumber': 'L9', 'cbvmda:itemExpirationDate': '2027-01-01' },
};

/** As it would arrive: JSON knows no undefined. */
const json = (members: Members): unknown => JSON.parse(JSON.stringify(members));
const read = (members: Members, inContext: unknown = context) => readEvent(json(members), inContext, at);
const faultsOf = (members: unknown, inContext: unknown = context): string[] => {
  const result = readEvent(members, inContext, at);
  return result.ok ? [] : result.faults.map(({ pointer, rule }) => `${pointer.replace(at, '')} ${rule}`);
};

test('a shipment, every spelling resolved', () => {
  expect(read(shipment)).toEqual({
    ok: true,
    isDeclaration: false,
    hash: expect.stringMatching(/^ni:\/\/\/sha-256;[0-9a-f]{64}\?ver=CBV2\.0$/) as string,
    event: {
      eventId: expect.stringMatching(/^ni:/) as string,
      type: 'ObjectEvent',
      action: 'OBSERVE',
      eventTimeMicros: Date.parse('2026-03-01T00:30:00.250Z') * 1000,
      eventTimeZoneOffset: '+08:00',
      bizStep: 'shipping',
      disposition: 'in_transit',
      readPoint: '414/9506000000015',
      epcs: [{ key: '01/09506000134352/21/1' }, { key: '01/09506000134352/21/2', lotKey: '01/09506000134352/10/L7' }],
      quantities: [],
      children: [],
      childQuantities: [],
      inputs: [],
      inputQuantities: [],
      outputs: [],
      outputQuantities: [],
      sources: [{ type: 'possessing_party', key: '417/9506000000015' }],
      destinations: [{ type: 'location', key: '414/9506000000022' }],
    },
  });
});

test('a transformation with lot, expiry and quantities', () => {
  expect(read(mixing)).toMatchObject({
    event: {
      inputQuantities: [{ key: '01/09506000134352/10/L1', quantity: 2.5, uom: 'KGM' }],
      outputs: [{ key: '01/09506000134352/21/9' }],
      transformationId: '253/950600000001577',
      lotNumber: 'L9',
      expiry: '2027-01-01',
    },
  });
  expect(read(order)).toMatchObject({ ok: true, event: { parent: { key: '00/095060000000000015' } } });
});

test('the same thing twice in a list is one item, and the lot is kept', () => {
  const epcList = [
    'urn:epc:id:sgtin:9506000.013435.1',
    '01/09506000134352/10/A/21/1',
    'https://id.gs1.org/01/09506000134352/21/1',
  ];
  expect(read({ ...shipment, epcList })).toMatchObject({
    event: { epcs: [{ key: '01/09506000134352/21/1', lotKey: '01/09506000134352/10/A' }] },
  });
});

test.each([
  ['shipping', 'shipping'],
  ['https://ref.gs1.org/cbv/BizStep-shipping', 'shipping'],
  ['urn:epcglobal:cbv:bizstep:shipping', 'shipping'],
  ['cbv:BizStep-shipping', 'shipping'],
  ['ext:frobnicating', 'https://ns.example.org/ext/frobnicating'],
  ['https://steps.example/weighing', 'https://steps.example/weighing'],
])('business step %s is %s', (spelling, bizStep) => {
  expect(read({ ...shipment, bizStep })).toMatchObject({ event: { bizStep } });
  expect(read({ ...shipment, bizStep: spelling })).toMatchObject({ event: { bizStep } });
});

test.each([
  [{ 'cbvmda:lotNumber': 'A1' }],
  [{ 'urn:epcglobal:cbv:mda:lotNumber': 'A1' }],
  [{ 'urn:epcglobal:cbv:mda#lotNumber': 'A1' }],
  [{ 'gs1:hasBatchLotNumber': 'A1' }],
  [{ 'https://gs1.org/voc/hasBatchLotNumber': [{ '@value': 'A1' }] }],
])('the lot is found in %j', (ilmd) => {
  expect(read({ ...mixing, ilmd })).toMatchObject({ event: { lotNumber: 'A1' } });
});

test('a foreign attribute of the same name is no lot', () => {
  expect(read({ ...mixing, ilmd: { 'ext:lotNumber': 'A1' } })).not.toHaveProperty('event.lotNumber');
});

test('an error declaration keeps the id and the hash of what it voids', () => {
  const original = read({ ...shipment, eventID: 'urn:uuid:1' });
  const errorDeclaration = {
    declarationTime: '2026-03-02T00:00:00Z',
    reason: 'urn:epcglobal:cbv:er:did_not_occur',
    correctiveEventIDs: ['urn:uuid:2'],
    'ext:by': 'QA',
  };
  const declaration = read({ ...shipment, eventID: 'urn:uuid:1', errorDeclaration });
  expect(declaration).toMatchObject({
    isDeclaration: true,
    event: {
      eventId: 'urn:uuid:1',
      errorDeclaration: { reason: 'did_not_occur', correctiveEventIds: ['urn:uuid:2'], declarationTimeMicros: 1772409600000000 },
    },
  });
  expect(original.ok && declaration.ok && declaration.hash).toBe(original.ok && original.hash);
});

test('extensions: declared prefixes, an own @context, full URIs, and any prefix under a context that must be fetched', () => {
  expect(faultsOf({ ...shipment, 'ext:a': { b: 1, 'ext:c': [{ d: null }] }, 'https://other.example/f': 1 })).toEqual([]);
  expect(faultsOf({ ...shipment, '@context': { own: 'https://own.example/' }, 'own:a': 1, 'ext:b': 1 })).toEqual([]);
  expect(faultsOf({ ...shipment, 'far:a': 1 }, ['https://far.example/context.jsonld'])).toEqual([]);
  expect(faultsOf({ ...shipment, 'gs1:a': 1, 'rdfs:comment': 'x', 'cbvmda:b': 2 }, undefined)).toEqual([]);
});

test('persistent dispositions and sensors are accepted on every type', () => {
  const more = {
    persistentDisposition: { set: ['recalled'], unset: ['urn:epcglobal:cbv:disp:available'] },
    sensorElementList: [
      {
        sensorMetadata: { time: '2026-03-01T08:00:00Z' },
        sensorReport: [{ type: 'Temperature', value: 4.5, uom: 'CEL', bizRules: 'urn:x:1' }],
      },
    ],
    certificationInfo: ['https://certs.example/1'],
  };
  for (const event of [shipment, packing, { ...packing, type: 'AssociationEvent' }, json(order), mixing])
    expect(faultsOf({ ...(event as Members), ...more })).toEqual([]);
});

describe('refused, with the place and the rule', () => {
  const without = (event: Members, name: string): Members =>
    Object.fromEntries(Object.entries(event).filter(([key]) => key !== name));
  const deep = (levels: number): unknown => (levels === 0 ? 1 : { 'ext:x': deep(levels - 1) });
  test.each<[string, unknown, string[]]>([
    ['an unknown field', { ...shipment, colour: 'red' }, ['/colour epcis/unknown-field']],
    ['an unknown field with slashes', { ...shipment, 'a/b~c': 1 }, ['/a~1b~0c epcis/unknown-field']],
    [
      'an unknown field in a quantity',
      { ...mixing, inputQuantityList: [{ epcClass: 'urn:x:1', amount: 1 }] },
      ['/inputQuantityList/0/amount epcis/unknown-field'],
    ],
    ['a field of another type', { ...mixing, action: 'ADD' }, ['/action epcis/unknown-field']],
    ['an unknown ILMD field', { ...mixing, ilmd: { lot: 'x' } }, ['/ilmd/lot epcis/unknown-field']],
    ['an undeclared prefix', { ...shipment, 'foo:bar': 1 }, ['/foo:bar epcis/undeclared-prefix']],
    ['an undeclared prefix inside', { ...shipment, 'ext:a': [{ 'foo:bar': 1 }] }, ['/ext:a/0/foo:bar epcis/undeclared-prefix']],
    ['nesting without end', { ...shipment, 'ext:x': deep(5000) }, [expect.stringMatching(/ epcis\/too-deep$/) as string]],
    ['no time', without(shipment, 'eventTime'), ['/eventTime epcis/missing-field']],
    ['no action', without(shipment, 'action'), ['/action epcis/missing-field']],
    ['no zone offset', without(shipment, 'eventTimeZoneOffset'), ['/eventTimeZoneOffset epcis/missing-field']],
    ['no type', without(shipment, 'type'), ['/type epcis/missing-field']],
    ['a type nobody knows', { ...shipment, type: 'QuantityEvent' }, ['/type epcis/event-type']],
    ['a type from the prototype', { ...shipment, type: 'constructor' }, ['/type epcis/event-type']],
    ['an action nobody knows', { ...shipment, action: 'MOVE' }, ['/action epcis/not-allowed']],
    ['a list that is a string', { ...shipment, epcList: 'urn:x:1' }, ['/epcList epcis/wrong-type']],
    ['an EPC that is a number', { ...shipment, epcList: ['urn:x:1', 7] }, ['/epcList/1 epcis/wrong-type']],
    [
      'a quantity that is a string',
      { ...mixing, inputQuantityList: [{ epcClass: 'urn:x:1', quantity: '2' }] },
      ['/inputQuantityList/0/quantity epcis/wrong-type'],
    ],
    [
      'a quantity below zero',
      { ...mixing, inputQuantityList: [{ epcClass: 'urn:x:1', quantity: -2 }] },
      ['/inputQuantityList/0/quantity epcis/out-of-range'],
    ],
    [
      'a unit that is no code',
      { ...mixing, inputQuantityList: [{ epcClass: 'urn:x:1', quantity: 2, uom: 'kilo' }] },
      ['/inputQuantityList/0/uom epcis/wrong-format'],
    ],
    ['a place that is a string', { ...shipment, readPoint: 'urn:x:1' }, ['/readPoint epcis/wrong-type']],
    ['an id that is a number', { ...shipment, eventID: 1 }, ['/eventID epcis/wrong-type']],
    ['an empty id', { ...shipment, eventID: '' }, ['/eventID epcis/wrong-format']],
    [
      'a sensor element without report',
      { ...shipment, sensorElementList: [{}] },
      ['/sensorElementList/0/sensorReport epcis/missing-field'],
    ],
    [
      'a declaration without time',
      { ...shipment, errorDeclaration: {} },
      ['/errorDeclaration/declarationTime epcis/missing-field'],
    ],
    ['no event at all', 'ObjectEvent', [' epcis/wrong-type']],
    ['a list for an event', [shipment], [' epcis/wrong-type']],
    ['null', null, [' epcis/wrong-type']],
    ['a time without zone', { ...shipment, eventTime: '2026-03-01T08:30:00' }, ['/eventTime epcis/time-zone-missing']],
    ['a day that is none', { ...shipment, eventTime: '2026-02-29T08:30:00Z' }, ['/eventTime epcis/bad-time']],
    ['an hour that is none', { ...shipment, eventTime: '2026-03-01T24:30:00Z' }, ['/eventTime epcis/bad-time']],
    ['a date alone', { ...shipment, eventTime: '2026-03-01' }, ['/eventTime epcis/bad-time']],
    ['words for a time', { ...shipment, eventTime: 'yesterday' }, ['/eventTime epcis/bad-time']],
    ['an offset past fourteen hours', { ...shipment, eventTimeZoneOffset: '+14:30' }, ['/eventTimeZoneOffset epcis/bad-time']],
    ['an offset by name', { ...shipment, eventTimeZoneOffset: 'Z' }, ['/eventTimeZoneOffset epcis/bad-time']],
    ['a bad record time', { ...shipment, recordTime: '2026-13-01T00:00:00Z' }, ['/recordTime epcis/bad-time']],
    [
      'a sensor time without zone',
      { ...shipment, sensorElementList: [{ sensorReport: [{ time: '2026-03-01T00:00:00' }] }] },
      ['/sensorElementList/0/sensorReport/0/time epcis/time-zone-missing'],
    ],
    [
      'a GTIN with a wrong check digit',
      { ...shipment, epcList: ['urn:x:1', 'https://id.gs1.org/01/09506000134353/21/1'] },
      ['/epcList/1 gs1/check-digit'],
    ],
    [
      'an SSCC with a wrong check digit',
      { ...packing, parentID: 'https://id.gs1.org/00/095060000000000014' },
      ['/parentID gs1/check-digit'],
    ],
    [
      'a GLN with a wrong check digit',
      { ...shipment, readPoint: { id: 'https://id.gs1.org/414/9506000000012' } },
      ['/readPoint/id gs1/check-digit'],
    ],
    [
      'a party GLN with a wrong check digit',
      { ...shipment, sourceList: [{ type: 'owning_party', source: 'https://id.gs1.org/417/9506000000012' }] },
      ['/sourceList/0/source gs1/check-digit'],
    ],
    [
      'a class with a wrong check digit',
      { ...mixing, inputQuantityList: [{ epcClass: '01/09506000134353/10/A' }] },
      ['/inputQuantityList/0/epcClass gs1/check-digit'],
    ],
    ['an EPC that is no URI', { ...shipment, epcList: ['pallet 7'] }, ['/epcList/0 gs1/not-a-code']],
    ['a business step with a slip', { ...shipment, bizStep: 'shiping' }, ['/bizStep epcis/unknown-word']],
    ['a disposition with a slip', { ...shipment, disposition: 'recaled' }, ['/disposition epcis/unknown-word']],
    [
      'a persistent disposition with a slip',
      { ...shipment, persistentDisposition: { set: ['recaled'] } },
      ['/persistentDisposition/set/0 epcis/unknown-word'],
    ],
    [
      'a source type with a slip',
      { ...shipment, sourceList: [{ type: 'owner', source: 'urn:x:1' }] },
      ['/sourceList/0/type epcis/unknown-word'],
    ],
    [
      'a transaction that is no URI',
      { ...shipment, bizTransactionList: [{ type: 'po', bizTransaction: '4711' }] },
      ['/bizTransactionList/0/bizTransaction epcis/not-a-uri'],
    ],
    [
      'a transaction event without transaction',
      { ...(json(order) as Members), bizTransactionList: [] },
      ['/bizTransactionList epcis/empty'],
    ],
    ['an event that names nothing', { ...shipment, epcList: [] }, [' epcis/empty-event']],
    ['a transformation that names nothing', { ...mixing, inputQuantityList: [], outputEPCList: [] }, [' epcis/empty-event']],
    ['packing of nothing', { ...packing, childEPCs: [] }, [' epcis/empty-event']],
    ['packing into nothing', without(packing, 'parentID'), ['/parentID epcis/missing-field']],
    ['unpacking from nothing', { ...without(packing, 'parentID'), action: 'DELETE' }, ['/parentID epcis/missing-field']],
    [
      'several at once',
      { ...shipment, eventTime: 'x', bizStep: 'y' },
      ['/bizStep epcis/unknown-word', '/eventTime epcis/bad-time'],
    ],
  ])('%s', (_, event, faults) => {
    expect(faultsOf(event)).toEqual(faults);
  });
});

test.each([
  ['unpacking everything', { ...packing, action: 'DELETE', childEPCs: [] }],
  [
    'a sensor reading of a place',
    { ...shipment, epcList: [], sensorElementList: [{ sensorReport: [{ type: 'Temperature', value: 3 }] }] },
  ],
  [
    'a GRAI with a wrong check digit, which is an opaque URI',
    { ...shipment, epcList: ['https://id.gs1.org/8003/04012345000222A'] },
  ],
])('accepted: %s', (_, event) => {
  expect(faultsOf(event)).toEqual([]);
});

test('a thousand wrong codes are reported briefly', () => {
  expect(faultsOf({ ...shipment, epcList: Array.from({ length: 1000 }, () => 'x') })).toHaveLength(50);
});

test('no JSON makes the reader throw, and every fault points into the event', () => {
  const names = fc.constantFrom(
    ...Object.keys({ ...shipment, ...packing, ...mixing, errorDeclaration: 0, sensorElementList: 0, persistentDisposition: 0 }),
    '__proto__',
    'constructor:x',
    'toString',
    '@context',
  );
  const events = fc.constantFrom(shipment, packing, mixing).map((event) => json(event) as Members);
  fc.assert(
    fc.property(events, names, fc.jsonValue(), fc.jsonValue(), (event, name, value, inContext) => {
      const changed = JSON.parse(
        JSON.stringify({ ...event, [name]: 'PLACE' }).replace('"PLACE"', () => JSON.stringify(value)),
      ) as unknown;
      for (const result of [
        readEvent(changed, context, at),
        readEvent(changed, inContext, at),
        readEvent(value, inContext, at),
      ]) {
        if (result.ok) expect(result.event.eventId).not.toBe('');
        else
          for (const fault of result.faults)
            expect(fault).toMatchObject({
              pointer: expect.stringMatching(new RegExp(`^${at}`)) as string,
              rule: expect.stringMatching(/^(epcis|gs1)\//) as string,
            });
      }
    }),
    { numRuns: 3000 },
  );
});
