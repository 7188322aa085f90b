type Schema = Readonly<Record<string, unknown>>;

const text = (description: string): Schema => ({ type: 'string', description });
const at = { type: 'string', format: 'date-time', description: 'When, with its zone', example: '2026-05-03T14:30:00+08:00' };
const code = text('A code in any spelling: GS1 Digital Link, EPC URN, element string, bare GTIN or SSCC');
const place = text('A place (GLN in any spelling, or thirteen digits) or a party, whose own place is meant');
const party = text('A party or a place');
const quantity = { type: 'number', exclusiveMinimum: 0 };
const uom = text('UN/CEFACT Rec 20 code such as KGM; absent means pieces');
const items = {
  description:
    'Codes, or objects with code and quantity. In a CSV cell separated by | or ;, a quantity as code*quantity or code*quantity uom',
  type: 'array',
  items: { oneOf: [code, { type: 'object', required: ['code'], properties: { code, quantity, uom } }] },
};
const documents = {
  type: 'array',
  description: 'Business documents: PO-123, po:PO-123, or {type, id}',
  items: { oneOf: [text('id'), { type: 'object' }] },
};
const date = { type: 'string', format: 'date' };

const row = (required: readonly string[], properties: Schema): Schema => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties: { ...properties, documents },
});

/** JSON Schemas of the rows of `/api/v1/events/{verb}`, for the OpenAPI document. */
export const ROW_SCHEMAS = {
  production: row(['product', 'place', 'at'], {
    product: text('GTIN, or a lot of one'),
    lot: text('Lot as printed, or a lot code'),
    quantity,
    uom,
    serials: { type: 'array', items: { type: 'string' }, description: 'Serial numbers as printed, or whole codes' },
    place,
    at,
    expiry: date,
    productionDate: date,
    inputs: items,
  }),
  packing: row(['container', 'contents', 'place', 'at'], { container: code, contents: items, place, at }),
  unpacking: row(['container', 'place', 'at'], {
    container: code,
    contents: { ...items, description: 'Absent: everything' },
    place,
    at,
  }),
  shipment: row(['items', 'from', 'to', 'at'], { items, from: party, to: party, place, at }),
  receipt: row(['items', 'at_place', 'at'], { items, from: party, at_place: place, at }),
  sale: row(['items', 'place', 'at'], { items, place, at }),
  return: row(['items', 'place', 'at'], { items, from: party, place, at }),
  transformation: row(['inputs', 'outputs', 'place', 'at'], {
    inputs: items,
    outputs: items,
    id: text('Same for all rows of one transformation'),
    place,
    at,
    expiry: date,
  }),
  destruction: row(['items', 'place', 'at'], { items, place, at }),
  inspection: row(['items', 'place', 'at'], {
    items,
    place,
    at,
    result: { enum: ['passed', 'failed'] },
    disposition: text('CBV disposition'),
  }),
} as const;
