import { gln, gtin, sscc } from '../support/gs1';
import { ApiAnswer, segment, ServerProcess } from '../support/server-process';

const MAKER = gln(1);
const SHOP = gln(2);
const [PART, WHOLE] = [gtin(31), gtin(32)];
const uri = (key: string): string => `https://id.gs1.org/${key}`;
const units = (product: string, first: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => uri(`01/${product}/21/${first + index}`));

let server: ServerProcess;
let second = 0;
beforeAll(async () => {
  server = await ServerProcess.start();
});
afterAll(() => server.remove());

/** Captures the events, each a second after the one before, and waits until they are in the graph. */
async function told(...events: object[]): Promise<void> {
  const eventList = events.map((event) => ({
    eventTime: new Date(Date.UTC(2026, 0, 1) + second++ * 1000).toISOString(),
    eventTimeZoneOffset: '+00:00',
    readPoint: { id: uri(`414/${MAKER}`) },
    bizLocation: { id: uri(`414/${MAKER}`) },
    ...event,
  }));
  const answer = await server.call('POST', '/epcis/capture', {
    '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
    type: 'EPCISDocument',
    schemaVersion: '2.0',
    creationDate: '2026-05-03T00:00:00Z',
    epcisBody: { eventList },
  });
  expect(answer.status).toBe(202);
  const position = answer.headers.get('suyuan-position') ?? '';
  for (let status = 503; status === 503;)
    status = (await server.call('GET', `/api/v1/trace/${segment(`01/${WHOLE}`)}/balance?atLeast=${position}`)).status;
}

const holders = async (code: string): Promise<ApiAnswer> => server.call('GET', `/api/v1/trace/${segment(code)}/holders`);
const sums = (answer: ApiAnswer): Record<string, number> =>
  Object.fromEntries(
    (answer.body as { holders: { state: string; quantity: number }[] }).holders.map(({ state, quantity }) => [state, quantity]),
  );

describe('Data as bad or as large as it gets', () => {
  it('is answered: one event of 100,000 serials, seen again, and one of them used up', async () => {
    await told({
      type: 'ObjectEvent',
      action: 'ADD',
      bizStep: 'commissioning',
      epcList: units(PART, 0, 100_000),
      ilmd: { 'cbvmda:lotNumber': 'BIG' },
    });
    await told({ type: 'ObjectEvent', action: 'OBSERVE', bizStep: 'inspecting', epcList: units(PART, 0, 100_000) });
    expect(sums(await holders(`01/${PART}/10/BIG`))).toEqual({ held: 100_000 });
  });

  it('a transformation of 10,000 serials into 10,000', async () => {
    await told({
      type: 'TransformationEvent',
      inputEPCList: units(PART, 0, 10_000),
      outputEPCList: units(WHOLE, 0, 10_000),
      ilmd: { 'cbvmda:lotNumber': 'OUT' },
    });
    expect(sums(await holders(`01/${PART}/10/BIG`))).toMatchObject({ consumed: 10_000 });
    const back = await server.call('GET', `/api/v1/trace/${segment(`01/${WHOLE}/21/5`)}?direction=backward&limit=10000`);
    expect((back.body as { size: { nodes: number } }).size.nodes).toBeGreaterThan(10_000);
    const forward = await server.call('GET', `/api/v1/trace/${segment(`01/${PART}/10/BIG`)}?direction=forward`);
    // Too large to be built whole: the first page has the transformation as a node, and says how much there is.
    expect(forward.body).toMatchObject({ size: { exact: false }, complete: false });
    expect(JSON.stringify((forward.body as { nodes: object[] }).nodes)).toContain('"transformation"');
  });

  it('a container of 100,000 things is shipped as one and emptied', async () => {
    const box = uri(`00/${sscc(77)}`);
    for (let first = 200_000; first < 300_000; first += 50_000)
      await told({
        type: 'AggregationEvent',
        action: 'ADD',
        bizStep: 'packing',
        parentID: box,
        childEPCs: units(PART, first, 50_000),
      });
    await told({
      type: 'ObjectEvent',
      action: 'OBSERVE',
      bizStep: 'shipping',
      epcList: [box],
      destinationList: [{ type: 'location', destination: uri(`414/${SHOP}`) }],
    });
    expect(sums(await holders(`01/${PART}`))).toMatchObject({ in_transit: 100_000 });
    const shop = { readPoint: { id: uri(`414/${SHOP}`) }, bizLocation: { id: uri(`414/${SHOP}`) } };
    await told({ type: 'AggregationEvent', action: 'DELETE', bizStep: 'unpacking', parentID: box, childEPCs: [], ...shop });
    const rows = ((await holders(`01/${PART}/21/200005`)).body as { holders: { party: string; state: string }[] }).holders;
    expect(rows).toMatchObject([{ party: uri(`417/${SHOP}`), state: 'held' }]);
  });

  it('containers that contain each other are said to', async () => {
    const [a, b, c] = [61, 62, 63].map((number) => uri(`00/${sscc(number)}`));
    for (const [parentID, child] of [
      [a, b],
      [b, c],
      [c, a],
    ])
      await told({ type: 'AggregationEvent', action: 'ADD', parentID, childEPCs: [child] });
    const answer = await server.call('GET', '/api/v1/exceptions?type=containment_cycle');
    expect((answer.body as { items: unknown[] }).items).toHaveLength(1);
    expect((await holders(`00/${sscc(61)}`)).status).toBe(200);
  });

  it('a graph of any size is streamed to its end', async () => {
    const answer = await server.call('GET', `/api/v1/trace/${segment(`01/${PART}/10/BIG`)}?direction=forward`, undefined, {
      headers: { accept: 'application/x-ndjson' },
    });
    const lines = (answer.body as string)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { node?: { kind: string } });
    expect(lines.filter(({ node }) => node?.kind === 'instance').length).toBe(110_000);
  });
});
