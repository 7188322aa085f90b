import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Backstage, openShopWindow } from './testing/shop-window';

const GTIN = '09506000134352';
const UNIT = `/01/${GTIN}/10/L1/21/S-7`;
const HTML = { accept: 'text/html' };

describe('the pages of a product code', () => {
  let backstage: Backstage;
  let app: NestFastifyApplication;
  const get = (url: string, headers: Record<string, string> = HTML) => app.inject({ method: 'GET', url, headers });

  beforeEach(async () => {
    backstage = new Backstage();
    backstage.products.set(`01/${GTIN}`, {
      key: `01/${GTIN}`,
      name: 'Fan heater',
      nameZh: '暖风机',
      brand: 'Hearth',
      producer: '417/9506000100014',
      origin: 'CN',
    });
    backstage.parties.set('417/9506000100014', {
      id: '417/9506000100014',
      name: 'Warm Works',
      roles: [],
      places: [],
      contacts: [],
    });
    backstage.places.set('414/9506000100021', { key: '414/9506000100021', country: 'DE', name: 'Shelf 12, Back Room' });
    app = await openShopWindow(backstage);
  });
  afterEach(() => app.close());

  it('says plainly that nothing is recalled, with product, producer, origin, lot, dates and journey', async () => {
    backstage.journeys.set(`01/${GTIN}/21/S-7`, {
      productionDate: '2026-03-02',
      expiry: '2029-03-01T00:00:00+08:00',
      steps: [
        { at: '2026-03-02T08:00:00+08:00', kind: 'made', party: '417/9506000100014' },
        { at: '2026-03-20T10:00:00+01:00', kind: 'arrived', place: '414/9506000100021' },
      ],
    });
    const answer = await get(`${UNIT}?lang=en`);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toContain('text/html');
    for (const text of [
      '<html lang="en">',
      'data-verdict="not_affected"',
      'Not recalled',
      'Fan heater',
      'Warm Works',
      'China',
      'L1',
      'S-7',
      'March 2, 2026',
      'March 1, 2029',
      'Germany',
    ])
      expect(answer.body).toContain(text);
    expect(answer.body).not.toContain('Back Room');
    expect(backstage.checked[0]).toMatchObject({ key: `01/${GTIN}/21/S-7`, lot: 'L1', serial: 'S-7' });
  });

  it('speaks Chinese to who asks for it, by header or by parameter', async () => {
    for (const answer of [
      await get(UNIT, { ...HTML, 'accept-language': 'de;q=0.9, zh-TW, en;q=0.5' }),
      await get(`${UNIT}?lang=zh-CN`),
    ]) {
      expect(answer.body).toContain('<html lang="zh-CN">');
      expect(answer.body).toContain('暖风机');
      expect(answer.body).toContain('未被召回');
    }
    expect((await get(UNIT, { ...HTML, 'accept-language': 'fr' })).body).toContain('<html lang="en">');
  });

  it('warns of a recall and says what to do', async () => {
    backstage.verdict = {
      verdict: 'affected',
      recalls: [
        {
          id: 'r1',
          title: 'Heaters may burn',
          state: 'active',
          certainty: 'certain',
          instructions: 'Unplug it.\nBring it back.',
        },
      ],
    };
    const english = (await get(`${UNIT}?lang=en`)).body;
    for (const text of [
      'data-verdict="affected"',
      'This product is recalled',
      'Heaters may burn',
      'Unplug it.',
      'href="/recalls/r1?lang=en"',
      'in progress',
    ])
      expect(english).toContain(text);
    expect(english).not.toContain('Not recalled');
    expect((await get(`${UNIT}?lang=zh`)).body).toContain('本产品已被召回');
  });

  it('does not call a possible match certain', async () => {
    backstage.verdict = {
      verdict: 'affected',
      recalls: [{ id: 'r1', title: 'T', state: 'active', certainty: 'possible', instructions: 'I' }],
    };
    expect((await get(`${UNIT}?lang=en`)).body).toContain('may be affected by a recall');
  });

  it('asks for the lot when only that can tell, and keeps the serial it has', async () => {
    backstage.verdict = {
      verdict: 'need_code',
      need: ['lot'],
      recalls: [{ id: 'r1', title: 'Heaters', state: 'active', certainty: 'possible', instructions: 'I' }],
    };
    const page = (await get(`/01/${GTIN}/21/S-7?lang=en`)).body;
    expect(page).toContain('data-verdict="need_code"');
    expect(page).toMatch(/<form action="\/lookup" method="get"/);
    expect(page).toMatch(/<input name="lot"/);
    expect(page).toMatch(/type="hidden" name="serial" value="S-7"/);
    const led = await get(`/lookup?code=${GTIN}&serial=S-7&lot=L%2F1&lang=en`);
    expect(led.statusCode).toBe(303);
    expect(led.headers['location']).toBe(`/01/${GTIN}/10/L%2F1/21/S-7?lang=en`);
  });

  it('is honest about a product that nobody described', async () => {
    const answer = await get('/01/09506000149301?lang=en');
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('We know nothing about this product');
  });

  it('shows what it is made from', async () => {
    backstage.products.set('01/09506000149301', { key: '01/09506000149301', name: 'Thermal fuse' });
    backstage.ancestries.set(`01/${GTIN}/21/S-7`, {
      key: `01/${GTIN}/21/S-7`,
      kind: 'instance',
      identities: [
        {
          key: `01/${GTIN}/21/S-7`,
          gtin: GTIN,
          lots: [`01/${GTIN}/10/L9`],
          certainty: 'certain',
          relation: 'self',
          createdAt: '2026-02-01T00:00:00Z',
        },
        { key: '01/09506000149301/10/F1', gtin: '09506000149301', lots: [], certainty: 'certain', relation: 'ancestor' },
      ],
    });
    const page = (await get(`/01/${GTIN}/21/S-7?lang=en`)).body;
    expect(page).toContain('Thermal fuse');
    expect(page).toContain('L9');
  });

  it('escapes whatever was put into names, codes and instructions', async () => {
    const hostile = '<script>alert(1)</script><img src=x onerror="x"> & \'quoted\'';
    backstage.products.set(`01/${GTIN}`, {
      key: `01/${GTIN}`,
      name: hostile,
      brand: hostile,
      producer: hostile,
      origin: hostile,
    });
    backstage.verdict = {
      verdict: 'need_code',
      need: ['lot'],
      recalls: [{ id: '"><script>', title: hostile, state: hostile, certainty: 'certain', instructions: hostile }],
    };
    const asked = (await get(`/01/${GTIN}/21/%22%3E%3Cb%3E?lang=en`)).body;
    backstage.verdict = { ...backstage.verdict, verdict: 'affected' };
    const warned = (await get(`/01/${GTIN}?lang=en`)).body;
    for (const page of [asked, warned]) {
      expect(page).not.toMatch(/<script|<img|<b>|"><b/);
      expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    }
  });

  it('allows a browser nothing but its own style sheet', async () => {
    const answer = await get(UNIT);
    const policy = String(answer.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    const style = /<style>([\s\S]*?)<\/style>/.exec(answer.body)?.[1] ?? '';
    const { createHash } = await import('node:crypto');
    expect(policy).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.body).not.toMatch(/<script|style="|onclick|https?:\/\/(?!id\.gs1\.org)/);
  });

  it.each([`/01/09506000134353`, `/01/123`, `/01/${GTIN}/10/`, `/01/${GTIN}/21/${'x'.repeat(21)}`, `/01/abc/10/L`])(
    'answers 400 to %s, as page or as problem',
    async (path) => {
      const page = await get(`${path}?lang=en`);
      expect(page.statusCode).toBe(400);
      expect(page.headers['content-type']).toContain('text/html');
      expect(page.body).toContain('can’t be right');
      const problem = await get(path, { accept: 'application/json' });
      expect(problem.statusCode).toBe(400);
      expect(problem.headers['content-type']).toContain('application/problem+json');
    },
  );

  it('gives programs the linkset of RFC 9264', async () => {
    for (const answer of [await get(UNIT, { accept: 'application/linkset+json' }), await get(`${UNIT}?linkType=all`)]) {
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['content-type']).toContain('application/linkset+json');
      const [context] = (answer.json() as { linkset: Record<string, unknown>[] }).linkset;
      expect(context?.['anchor']).toBe(`https://id.gs1.org${UNIT}`);
      expect(context?.['https://ref.gs1.org/voc/pip']).toEqual([
        { href: `https://trace.example${UNIT}`, title: 'Fan heater', type: 'text/html', hreflang: ['zh-CN', 'en'] },
      ]);
      for (const [name, links] of Object.entries(context ?? {})) {
        if (name === 'anchor' || name === 'itemDescription') continue;
        expect(name).toMatch(/^https:\/\/ref\.gs1\.org\/voc\/\w+$/);
        for (const link of links as { href: string }[]) expect(URL.canParse(link.href)).toBe(true);
      }
    }
  });

  it('leads to one link when its type is asked for', async () => {
    const led = await get(`${UNIT}?linkType=gs1:recallStatus`);
    expect(led.statusCode).toBe(307);
    expect(led.headers['location']).toBe(`https://trace.example/api/v1/check/${encodeURIComponent(`https://id.gs1.org${UNIT}`)}`);
    expect((await get(`${UNIT}?linkType=gs1:recipe`)).statusCode).toBe(404);
  });

  it('takes the consumer product variant on the way', async () => {
    expect((await get(`/01/${GTIN}/22/2A/10/L1?lang=en`)).statusCode).toBe(200);
  });
});

describe('the pages of the recalls', () => {
  let backstage: Backstage;
  let app: NestFastifyApplication;
  const get = (url: string, headers: Record<string, string> = HTML) => app.inject({ method: 'GET', url, headers });
  const recall = {
    id: 'r-1', title: 'Heaters may burn', state: 'active', startedAt: '2026-05-04T00:00:00Z', product: 'Fan heater', reason: 'fuse does not open', hazard: 'fire',
    instructions: 'Unplug it.', remedy: 'refund', scope: ['GTIN 09506000134352, lot <L1>'], contacts: [{ name: 'Warm Works', phone: '+86 10 0000' }],
    languages: { 'zh-CN': { title: '暖风机可能起火', text: '请立即拔掉电源。' }, en: undefined },
  }; // prettier-ignore

  beforeEach(async () => {
    backstage = new Backstage();
    backstage.recalls = [recall];
    app = await openShopWindow(backstage);
  });
  afterEach(() => app.close());

  it('show one recall with danger, codes, remedy and whom to ask', async () => {
    const page = (await get('/recalls/r-1?lang=en')).body;
    for (const text of ['Heaters may burn', 'fire', 'lot &lt;L1&gt;', 'refund', '+86 10 0000', 'May 4, 2026', 'in progress'])
      expect(page).toContain(text);
    expect((await get('/recalls/r-1?lang=zh-CN')).body).toContain('请立即拔掉电源');
  });

  it('list them, and say so when there are none', async () => {
    expect((await get('/recalls?lang=en')).body).toContain('href="/recalls/r-1?lang=en"');
    backstage.recalls = [];
    expect((await get('/recalls?lang=en')).body).toContain('No recall has been published');
  });

  it('answer 404 to an id that was never published', async () => {
    const missing = await get('/recalls/nope?lang=en');
    expect(missing.statusCode).toBe(404);
    expect(missing.body).toContain('There is no such page');
    expect((await get('/recalls/nope', { accept: 'application/json' })).headers['content-type']).toContain('problem+json');
  });

  it('lead from the front page to a code, and nowhere else', async () => {
    expect((await get('/?lang=zh-CN')).body).toContain('name="code"');
    expect((await get('/lookup?code=(01)09506000134352(10)AB')).headers['location']).toBe('/01/09506000134352/10/AB?lang=en');
    for (const code of [
      'https://evil.example/',
      '//evil.example',
      'javascript:alert(1)',
      '',
      '(01)09506000134353',
      '(00)095060001343520000',
    ])
      expect((await get(`/lookup?code=${encodeURIComponent(code)}`)).statusCode).toBe(400);
  });
});
