import { type EventType } from './canonical-event';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string', minLength: 1 };
const texts: Schema = { type: 'array', items: text };
const number: Schema = { type: 'number' };
const action: Schema = { type: 'string', enum: ['ADD', 'OBSERVE', 'DELETE'] };

/** An object with exactly these members and any number of extensions, whose names carry a prefix or are URIs. */
const open = (properties: Record<string, Schema>, required: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  required,
  patternProperties: { ':': {} },
  additionalProperties: false,
});

const closed = (properties: Record<string, Schema>, required: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const listOf = (items: Schema): Schema => ({ type: 'array', items });
const place = open({ id: text }, ['id']);

/** 7.3.3.3: a unit of measure is a UN/CEFACT Recommendation 20 code. */
const quantityList = listOf(
  open({ epcClass: text, quantity: { type: 'number', minimum: 0 }, uom: { type: 'string', pattern: '^[A-Z0-9]{2,4}$' } }, [
    'epcClass',
  ]),
);

const sensorAttributes = {
  time: text,
  deviceID: text,
  deviceMetadata: text,
  rawData: text,
  dataProcessingMethod: text,
  bizRules: text,
};

const sensorReport = open({
  ...sensorAttributes,
  type: text,
  exception: text,
  microorganism: text,
  chemicalSubstance: text,
  value: number,
  component: text,
  stringValue: { type: 'string' },
  booleanValue: { type: 'boolean' },
  hexBinaryValue: { type: 'string', pattern: '^[0-9A-Fa-f]*$' },
  uriValue: text,
  minValue: number,
  maxValue: number,
  meanValue: number,
  sDev: number,
  percRank: number,
  percValue: number,
  uom: text,
  coordinateReferenceSystem: text,
});

const sensorElement = open(
  {
    sensorMetadata: open({ ...sensorAttributes, startTime: text, endTime: text }),
    sensorReport: { type: 'array', items: sensorReport, minItems: 1 },
  },
  ['sensorReport'],
);

const common: Record<string, Schema> = {
  '@context': {},
  type: text,
  eventID: { type: 'string', pattern: '^[^\\s\\u0000-\\u001f]{1,2048}$' },
  eventTime: text,
  recordTime: text,
  eventTimeZoneOffset: text,
  certificationInfo: { type: ['string', 'array'], items: text },
  errorDeclaration: open({ declarationTime: text, reason: text, correctiveEventIDs: texts }, ['declarationTime']),
  bizStep: text,
  disposition: text,
  // The published JSON Schema allows this on two types only, the XSD and published documents on all: so do we.
  persistentDisposition: closed({ set: texts, unset: texts }),
  readPoint: place,
  bizLocation: place,
  bizTransactionList: listOf(open({ type: text, bizTransaction: text }, ['bizTransaction'])),
  sourceList: listOf(open({ type: text, source: text }, ['type', 'source'])),
  destinationList: listOf(open({ type: text, destination: text }, ['type', 'destination'])),
  sensorElementList: listOf(sensorElement),
};

const required = ['type', 'eventTime', 'eventTimeZoneOffset'];
const aggregation = open({ ...common, action, parentID: text, childEPCs: texts, childQuantityList: quantityList }, [
  ...required,
  'action',
]);

/** JSON Schema of each event type, written from the EPCIS 2.0 data model (sections 7.4.2 to 7.4.6). */
export const eventSchemas: Readonly<Record<EventType, Schema>> = {
  ObjectEvent: open({ ...common, action, epcList: texts, quantityList, ilmd: open({}) }, [...required, 'action']),
  AggregationEvent: aggregation,
  AssociationEvent: aggregation,
  TransactionEvent: open(
    {
      ...common,
      action,
      parentID: text,
      epcList: texts,
      quantityList,
      bizTransactionList: { ...common['bizTransactionList'], minItems: 1 },
    },
    [...required, 'action', 'bizTransactionList'],
  ),
  TransformationEvent: open(
    {
      ...common,
      inputEPCList: texts,
      inputQuantityList: quantityList,
      outputEPCList: texts,
      outputQuantityList: quantityList,
      transformationID: text,
      ilmd: open({}),
    },
    required,
  ),
};
