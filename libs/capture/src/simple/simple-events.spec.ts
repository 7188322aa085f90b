import { readCapturedRecord } from '../events/captured-record';
import { type CaptureApp, startCaptureApp } from '../testing/capture-app';
import { GTIN, PLANT, serialUri, SHOP } from '../testing/example-events';

const LOT = `https://id.gs1.org/01/${GTIN}/10/L1`;
const LOT_KEY = `01/${GTIN}/10/L1`;
const SSCC = '(00)095060001343520017';
const at = '2026-05-03T14:30:00+08:00';

interface Outcome {
  readonly position: number;
  readonly eventIds: readonly string[];
  readonly duplicates: number;
  readonly errors: readonly { row: number; field: string; pointer?: string; rule: string }[];
}

describe('POST /api/v1/events/…', () => {
  let capture: CaptureApp;
  beforeAll(async () => void (capture = await startCaptureApp()));
  afterAll(() => capture.close());

  const post = async (
    verb: string,
    body: unknown,
    type = 'application/json',
    query = '',
  ): Promise<{ status: number; headers: Readonly<Record<string, unknown>>; body: Outcome }> =>
    (await capture.call('POST', `/api/v1/events/${verb}${query}`, {
      body,
      as: 'maker',
      headers: { 'content-type': type },
    })) as never;

  /** The canonical events that a body becomes. */
  async function events(verb: string, body: unknown, type?: string): Promise<unknown[]> {
    const answer = await post(verb, body, type);
    expect(answer).toMatchObject({ status: 201, headers: { 'suyuan-position': String(answer.body.position) } });
    const records = await capture.log.read(answer.body.position - answer.body.eventIds.length, 100);
    expect(records.map((record) => record.id)).toEqual(answer.body.eventIds);
    return records.map((record) => readCapturedRecord(record)?.event);
  }

  describe('become EPCIS events', () => {
    const item = (serial: string): object => ({ key: `01/${GTIN}/21/${serial}` });
    const place = '414/9506000134376';
    const rows: [string, Record<string, unknown>, object][] = [
      ['production', { product: GTIN, lot: 'L1', serials: ['S1', 2, serialUri('S3')], place: PLANT, at, expiry: '2027-01-01' },
        { type: 'ObjectEvent', action: 'ADD', bizStep: 'commissioning', epcs: [item('S1'), item('2'), item('S3')], quantities: [], lotNumber: 'L1', expiry: '2027-01-01', bizLocation: place, eventTimeMicros: Date.parse(at) * 1000, eventTimeZoneOffset: '+08:00' }],
      ['production', { product: GTIN, lot: 'L1', quantity: 500, uom: 'KGM', place: '9506000134376', at },
        { type: 'ObjectEvent', quantities: [{ key: LOT_KEY, quantity: 500, uom: 'KGM' }], bizLocation: place }],
      ['production', { product: LOT, quantity: 12, serials: ['S9'], place: PLANT, at },
        { epcs: [item('S9')], quantities: [{ key: LOT_KEY, quantity: 12 }], lotNumber: 'L1' }],
      ['production', { product: GTIN, lot: 'L2', quantity: 10, place: PLANT, at, inputs: [{ code: LOT, quantity: 2.5, uom: 'KGM' }, serialUri('S1')] },
        { type: 'TransformationEvent', inputs: [item('S1')], inputQuantities: [{ key: LOT_KEY, quantity: 2.5, uom: 'KGM' }], outputQuantities: [{ key: `01/${GTIN}/10/L2`, quantity: 10 }], lotNumber: 'L2' }],
      ['packing', { container: SSCC, contents: [serialUri('S1'), { code: LOT, quantity: 5 }], place: PLANT, at },
        { type: 'AggregationEvent', action: 'ADD', bizStep: 'packing', parent: { key: '00/095060001343520017' }, children: [item('S1')], childQuantities: [{ key: LOT_KEY, quantity: 5 }] }],
      ['unpacking', { container: SSCC, place: PLANT, at }, { type: 'AggregationEvent', action: 'DELETE', bizStep: 'unpacking', children: [] }],
      ['shipment', { items: [SSCC, { code: LOT, quantity: 5 }], from: PLANT, to: '417/9506000134369', at, documents: ['po:PO-1', { type: 'desadv', id: 'urn:x:1' }] },
        { action: 'OBSERVE', bizStep: 'shipping', disposition: 'in_transit', readPoint: place, sources: [{ type: 'location', key: place }], destinations: [{ type: 'possessing_party', key: '417/9506000134369' }] }],
      ['receipt', { items: SSCC, from: '417/9506000134376', at_place: SHOP, at },
        { bizStep: 'receiving', disposition: 'in_progress', bizLocation: '414/9506000134369', sources: [{ type: 'possessing_party', key: '417/9506000134376' }] }],
      ['sale', { items: [serialUri('S1')], place: '417/9506000134369', at }, { bizStep: 'retail_selling', disposition: 'retail_sold', bizLocation: '414/9506000134369' }],
      ['return', { items: [{ code: LOT, quantity: 1 }], place: SHOP, at }, { bizStep: 'receiving', disposition: 'returned', sources: [] }],
      ['transformation', { id: 'T-1', inputs: [LOT], outputs: [`https://id.gs1.org/01/${GTIN}/10/L3`], place: PLANT, at },
        { type: 'TransformationEvent', transformationId: 'urn:suyuan:transformation:T-1', inputQuantities: [{ key: LOT_KEY }], outputQuantities: [{ key: `01/${GTIN}/10/L3` }] }],
      ['destruction', { items: [{ code: LOT, quantity: 3 }], place: PLANT, at }, { action: 'DELETE', bizStep: 'destroying', quantities: [{ key: LOT_KEY, quantity: 3 }] }],
      ['inspection', { items: [LOT], place: PLANT, at, result: 'failed' }, { bizStep: 'inspecting', disposition: 'non_conformant' }],
    ]; // prettier-ignore
    it.each(rows)('%s %j', async (verb, row, expected) => expect(await events(verb, row)).toMatchObject([expected]));

    it('with the lot that a serial code states', async () => {
      const [event] = await events('sale', { items: [`(01)${GTIN}(10)L7(21)S7`], place: SHOP, at });
      expect(event).toMatchObject({ epcs: [{ key: `01/${GTIN}/21/S7`, lotKey: `01/${GTIN}/10/L7` }] });
    });
  });

  it('take a list, NDJSON and CSV alike', async () => {
    const row = (serial: string): object => ({ items: [serialUri(serial)], place: SHOP, at });
    expect(await events('sale', [row('a1'), row('a2')])).toHaveLength(2);
    expect(
      await events('sale', `${JSON.stringify(row('b1'))}\n\n${JSON.stringify(row('b2'))}\n`, 'application/x-ndjson'),
    ).toHaveLength(2);
    const csv = `\uFEFFitems,place,at,documents\r\n"${serialUri('c1')}|${serialUri('c2')}",9506000134369,${at},\r\n"${LOT}*2.5 kgm;${serialUri('c3')}",${SHOP},${at},po:7\r\n`;
    expect(
      await events(
        'shipment',
        csv.replace('place,', 'from,').replace(',at,', ',at,to,').replaceAll(`,${at},`, `,${at},${SHOP},`),
        'text/csv',
      ),
    ).toMatchObject([
      { epcs: [{ key: `01/${GTIN}/21/c1` }, { key: `01/${GTIN}/21/c2` }] },
      { epcs: [{ key: `01/${GTIN}/21/c3` }], quantities: [{ key: LOT_KEY, quantity: 2.5, uom: 'KGM' }] },
    ]);
  });

  it('are the same event when repeated', async () => {
    const row = { items: [serialUri('twice')], place: SHOP, at };
    const [first, second] = [
      await post('sale', row),
      await post('sale', { ...row, items: [`urn:epc:id:sgtin:9506000.013435.twice`] }),
    ];
    expect(second).toMatchObject({
      status: 201,
      body: { position: first.body.position, eventIds: first.body.eventIds, duplicates: 1 },
    });
  });

  describe('refuse all rows for one bad', () => {
    const good = { items: [serialUri('good')], place: SHOP, at };
    const bad: [string, Record<string, unknown>, string, string, string][] = [
      ['sale', { items: ['https://id.gs1.org/01/09506000134353/21/1'] }, 'items', '/1/items/0', 'gs1/check-digit'],
      ['sale', { items: [] }, 'items', '/1/items', 'capture/required'],
      ['sale', { items: [{ code: LOT, quantity: -1 }] }, 'items', '/1/items/0/quantity', 'capture/quantity'],
      ['sale', { items: [{ code: LOT, uom: 'kilo' }] }, 'items', '/1/items/0/uom', 'capture/uom'],
      ['sale', { items: [{ code: serialUri('x'), quantity: 2 }] }, 'items', '/1/items/0/quantity', 'capture/quantity'],
      ['sale', { items: [SHOP] }, 'items', '/1/items/0', 'capture/kind'],
      ['sale', { items: [5] }, 'items', '/1/items/0', 'capture/type'],
      ['sale', { at: '2026-05-03T14:30:00' }, 'at', '/1/at', 'capture/time-zone'],
      ['sale', { at: 'noon' }, 'at', '/1/at', 'capture/time'],
      ['sale', { at: '2026-02-30T14:30:00Z' }, 'at', '/1/at', 'capture/time'],
      ['sale', { at: undefined }, 'at', '/1/at', 'capture/required'],
      ['sale', { place: undefined }, 'place', '/1/place', 'capture/required'],
      ['sale', { place: GTIN }, 'place', '/1/place', 'capture/kind'],
      ['sale', { place: { id: SHOP } }, 'place', '/1/place', 'capture/type'],
      ['sale', { colour: 'red' }, 'colour', '/1/colour', 'capture/unknown-field'],
    ];
    it.each(bad)('%s with %j', async (verb, change, field, pointer, rule) => {
      const head = await capture.log.head();
      const answer = await post(verb, [good, { ...good, ...change }]);
      expect(answer).toMatchObject({
        status: 422,
        body: { errors: expect.arrayContaining([expect.objectContaining({ row: 2, field, pointer, rule })]) as unknown },
      });
      expect(await capture.log.head()).toBe(head);
    });

    it('naming row and field of a table', async () => {
      const csv = `items,place,at\n${serialUri('t1')},${SHOP},${at}\n${serialUri('t2')},${SHOP},2026-05-03\n`;
      expect(await post('sale', csv, 'text/csv')).toMatchObject({ status: 422, body: { errors: [{ row: 2, field: 'at' }] } });
      expect(await post('sale', `items,items\n1,2`, 'text/csv')).toMatchObject({ status: 400 });
      expect(await post('sale', `items,place\n1,2,3`, 'text/csv')).toMatchObject({ status: 400 });
      expect(await post('sale', '{"items":\n', 'application/x-ndjson')).toMatchObject({ status: 400 });
    });

    it('of other verbs', async () => {
      expect(await post('production', { product: SSCC, lot: 'bad lot', place: PLANT, at })).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'lot' }, { field: 'product' }] },
      });
      expect(await post('production', { product: LOT, lot: 'other', place: PLANT, at, serials: ['ä', {}] })).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'lot' }, { field: 'serials' }, { field: 'serials' }] },
      });
      expect(await post('packing', { container: LOT, place: PLANT, at })).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'container' }, { field: 'contents' }] },
      });
      expect(await post('shipment', { items: [LOT], at })).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'from' }, { field: 'to' }] },
      });
      expect(await post('inspection', { items: [LOT], place: PLANT, at, result: 'toString' })).toMatchObject({ status: 422 });
      expect(await post('inspection', { items: [LOT], place: PLANT, at, disposition: 'fine' })).toMatchObject({
        status: 422,
        body: { errors: [{ row: 1, field: 'disposition' }] },
      });
    });

    it('unless told to proceed', async () => {
      const rows = [good, { ...good, at: 'noon' }, { ...good, items: [serialUri('good2')] }];
      const answer = await post('sale', rows, 'application/json', '?onError=proceed');
      expect(answer).toMatchObject({ status: 201, body: { errors: [{ row: 2, field: 'at' }], accepted: 2 } });
      expect(answer.body.eventIds).toHaveLength(2);
      expect(await post('sale', [rows[1]], 'application/json', '?onError=proceed')).toMatchObject({ status: 422 });
    });
  });

  it('refuse bodies that hold no rows', async () => {
    expect(await post('sale', '')).toMatchObject({ status: 400 });
    expect(await post('sale', '[]')).toMatchObject({ status: 400 });
    expect(await post('sale', '[1]')).toMatchObject({ status: 400 });
    expect(await post('sale', 'x', 'text/plain')).toMatchObject({ status: 415 });
    expect(await post('theft', '{}')).toMatchObject({ status: 404 });
    expect(await post('sale', '{}', 'application/json', '?onerror=proceed')).toMatchObject({ status: 400 });
    expect(await capture.call('POST', '/api/v1/events/sale', { body: {}, as: 'auditor' })).toMatchObject({ status: 403 });
  });
});
