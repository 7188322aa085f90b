import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readZip } from '@suyuan/recall/archive';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { gln, gtin } from '../support/gs1';
import { ADMIN_KEY, ApiAnswer, segment, ServerProcess } from '../support/server-process';
import { tablesWith } from '../support/tables-with';

const [MAKER, SHOP, OFFICE] = [gln(41), gln(42), gln(43)];
const PRODUCT = gtin(41);
/** Every text that somebody writes in this spec: unlike anything else in any table, and with what JSON escapes. */
const written: string[] = [];
const words = (what: string): string => {
  if (!written.includes(mark(what))) written.push(mark(what));
  return `${mark(what)}\n"& more"`;
};
const ERASABLE = ['public.notice_delivery', 'public.recall_person'];
const mark = (what: string): string => `Li Written ${what} Vvkw`;

let test: TestDatabase;
let server: ServerProcess;
const keys = new Map<string, string>();
const as = (number: string): { key: string } => ({ key: keys.get(number) ?? '' });

beforeAll(async () => {
  test = await createTestDatabase();
  server = await ServerProcess.start({ SUYUAN_DATABASE_URL: test.url });
  for (const number of [MAKER, SHOP]) {
    await must(201, 'POST', '/api/v1/parties', { id: number, name: number, roles: ['retailer'] });
    keys.set(number, (await must(201, 'POST', `/api/v1/parties/${number}/keys`, {})).body.key);
  }
  await must(201, 'POST', '/api/v1/parties', { id: OFFICE, name: OFFICE, roles: ['regulator'] });
  keys.set('second', (await must(201, 'POST', `/api/v1/parties/${OFFICE}/keys`, { role: 'regulator' })).body.key);
  await must(201, 'POST', '/api/v1/master-data/products', { gtin: PRODUCT, name: 'Kettle', producer: MAKER });
  const goods = [{ code: `(01)${PRODUCT}(10)P1`, quantity: 2, uom: 'EA' }];
  const at = '2026-05-01T08:00:00Z';
  await must(201, 'POST', '/api/v1/events/production', { product: PRODUCT, lot: 'P1', quantity: 2, uom: 'EA', place: MAKER, at });
  await must(201, 'POST', '/api/v1/events/shipment', { items: goods, from: MAKER, to: SHOP, at: '2026-05-02T08:00:00Z' });
  await must(201, 'POST', '/api/v1/events/receipt', { items: goods, from: MAKER, at_place: SHOP, at: '2026-05-03T08:00:00Z' });
});
afterAll(async () => {
  await server.remove();
  await test.drop();
});

async function must(
  status: number,
  method: string,
  address: string,
  body?: unknown,
  options?: { key: string },
): Promise<ApiAnswer> {
  const answer = await server.call(method, address, body, options);
  const said = answer.status === status ? '' : JSON.stringify(answer.body);
  expect([method, address, answer.status, said]).toEqual([method, address, status, '']);
  return answer;
}

async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not happen within ten seconds');
}

async function readArchive(address: string): Promise<Map<string, string>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'suyuan-words-'));
  const file = path.join(folder, 'case.zip');
  try {
    const answer = await fetch(`${server.url}${address}`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
    await writeFile(file, Buffer.from(await answer.arrayBuffer()));
    return new Map([...(await readZip(file))].map(([name, bytes]) => [name, bytes.toString('utf8')]));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Every answer that shows what was written, as text. */
async function shown({ recall, inquiry, notice, signal }: Record<string, string>): Promise<string> {
  const addresses = [
    `/api/v1/signals/${signal}`,
    '/api/v1/signals',
    `/api/v1/investigations/${inquiry}`,
    '/api/v1/investigations',
    `/api/v1/investigations/${inquiry}/timeline`,
    `/api/v1/recalls/${recall}`,
    '/api/v1/recalls',
    `/api/v1/recalls/${recall}/timeline`,
    `/api/v1/recalls/${recall}/holders`,
    `/api/v1/recalls/${recall}/scope-versions`,
    `/api/v1/recalls/${recall}/discrepancies`,
    `/api/v1/recalls/${recall}/machine`,
    `/api/v1/recalls/${recall}/report?kind=progress`,
    `/api/v1/recalls/${recall}/report?kind=final`,
    `/api/v1/notices/${notice}`,
    `/api/v1/notices/${notice}/machine?form=gs1-removal`,
    '/api/v1/public/recalls',
    '/api/v1/public/feed/enforcement',
    `/api/v1/check/${segment(`(01)${PRODUCT}(10)P1`)}`,
  ];
  const answers = [];
  for (const address of addresses) answers.push((await must(200, 'GET', address)).body);
  return JSON.stringify(answers);
}

describe('What people write into a case', () => {
  const ids: Record<string, string> = {};
  const scenario = { severity: 3, probability: '>1/1000' };

  it('stands beside the log: of signals and investigations', async () => {
    const report = { kind: 'complaint', description: words('Description'), codes: [`(01)${PRODUCT}(10)P1`] };
    const signal = async (): Promise<string> => (await must(201, 'POST', '/api/v1/signals', report, as(SHOP))).body.id;
    ids['signal'] = await signal();
    const dismissed = await must(200, 'POST', `/api/v1/signals/${ids['signal']}/dismiss`, { reason: words('Dismissal') });
    expect(dismissed.body.reason).toBe(words('Dismissal'));
    const opened = await must(201, 'POST', '/api/v1/investigations', { title: words('Inquiry'), signals: [await signal()] });
    expect(opened.body.title).toBe(words('Inquiry'));
    ids['inquiry'] = opened.body.id;
    const move = (name: string, body: object, key?: { key: string }): Promise<ApiAnswer> =>
      must(200, 'POST', `/api/v1/investigations/${ids['inquiry']}/${name}`, body, key);
    await move('notify', { reason: words('Request') });
    await move('report', { finding: 'no_defect', reason: words('Finding') }, as(MAKER));
    await move('take-over', { reason: words('Takeover') });
    await move('assess', { scenarios: [{ ...scenario, harm: words('Harm') }] });
    await move('dispute', { reason: words('Dispute'), evidence: words('Proof') }, as(MAKER));
    await move('answer-dispute', { upheld: false, reason: words('Answer') });
    const scope = { include: [{ gtin: PRODUCT }] };
    await move('hold', { scope, instructions: words('Holding'), reason: words('Held') });
    await move('lift', { reason: words('Lifted') });
    expect((await move('close', { reason: words('Closed') })).body.closedReason).toBe(words('Closed'));
  });

  it('stands beside the log: of recalls, their holders and their figures', async () => {
    const draft = {
      title: words('Title'),
      mode: 'real',
      regimes: ['cn-consumer'],
      basis: 'ordered',
      depth: 'retail',
      reason: words('Reason'),
      hazard: words('Hazard'),
      product: words('Product'),
      remedy: words('Remedy'),
      scope: { include: [{ gtin: PRODUCT, lots: ['P1', 'P2'] }] },
      instructions: words('Instructions'),
      contacts: [],
      details: { brand: words('Brand'), incidents: words('Incidents'), translations: { en: { hazard: words('Translated') } } },
    };
    const made = await must(201, 'POST', '/api/v1/recalls', draft);
    expect(made.body).toMatchObject({ title: draft.title, details: draft.details });
    ids['recall'] = made.body.id;
    const move = (name: string, body: object, key?: { key: string }): Promise<ApiAnswer> =>
      must(200, 'POST', `/api/v1/recalls/${ids['recall']}/${name}`, body, key);
    await move('object', { reason: words('Objection') }, as(MAKER));
    await move('answer-objection', { upheld: false, reason: words('Overruled') });
    await move('plan', { plan: { [words('Planned')]: 1 } }, as(MAKER));
    expect((await move('return-plan', { reason: words('Returned') })).body.plan.reason).toBe(words('Returned'));
    await move('activate', {});
    ids['notice'] = await eventually(async () => {
      const { body } = await server.call('GET', '/api/v1/notices', undefined, as(SHOP));
      return body.items[0]?.id;
    });
    await move('amend', { reason: words('Amended'), hazard: words('Worse') });
    await move('amend', { reason: words('Narrowing'), scope: { include: [{ gtin: PRODUCT, lots: ['P1'] }] } });
    await move('approve', {}, as('second'));
    await move('suspend', { reason: words('Suspended') });
    await move('resume', {});
    await move('withdraw', { reason: words('Withdrawal') });
    await move('file-report', { kind: 'progress', summary: words('Progress') });
    const answer = (name: string, body: object): Promise<ApiAnswer> =>
      must(200, 'POST', `/api/v1/notices/${ids['notice']}/${name}`, body, as(SHOP));
    await answer('assess', { affected: true, note: words('Note') });
    await answer('contain', { lines: [{ product: `(01)${PRODUCT}(10)P1`, quantity: 1 }] });
    await answer('dispose', {
      lines: [{ product: `(01)${PRODUCT}(10)P1`, quantity: 1, method: 'destroyed', evidence: words('Evidence') }],
    });
    await answer('dispute', { reason: words('Disputed') });
    await answer('refuse', { reason: words('Refused') });
    const discrepancies = `/api/v1/recalls/${ids['recall']}/discrepancies`;
    const one = await eventually(async () => (await must(200, 'GET', discrepancies)).body.items[0]?.caseId);
    const explained = await must(200, 'POST', `${discrepancies}/${one}/explain`, { reason: words('Explained') }, as(SHOP));
    expect(explained.body.reason).toBe(words('Explained'));
    await move(`holders/${ids['notice']}/mark`, { mark: 'unreachable', reason: words('Unreachable') });
    await move('complete', { summary: words('Completed') });
    await move('terminate', { reason: words('Terminated') });
    await move('reopen', { reason: words('Reopened') });
  });

  it('is shown again wherever it is read', async () => {
    const all = await shown(ids);
    // Of some only the log tells, for the archive: the request, the filed plan, and what something newer took the place of.
    const archived = ['Request', 'Takeover', 'Planned', 'Finding', 'Note', 'Translated', 'Hazard', 'Holding', 'Held', 'Refused'];
    const missing = written.filter((text) => !all.includes(text));
    expect(missing.filter((text) => !archived.map(mark).includes(text))).toEqual([]);
    expect(all).not.toMatch(/pw-[0-9a-f]{8}-/);
  });

  it('is in no record of the log, and in no table but the one that can be erased and the notices as they were sent', async () => {
    for (const text of written) {
      const tables = await tablesWith(test.database, text);
      expect([text, tables.filter((table) => !ERASABLE.includes(table))]).toEqual([text, []]);
      expect([text, tables]).toEqual([text, expect.arrayContaining(['public.recall_person'])]);
    }
  });

  it('is in the archive of the recall, beside the records', async () => {
    const files = await readArchive(`/api/v1/recalls/${ids['recall']}/archive`);
    for (const what of ['Planned', 'Note', 'Refused', 'Hazard']) expect(files.get('words.ndjson')).toContain(mark(what));
    expect(files.get('records.ndjson')).not.toContain('Vvkw');
  });

  it('is nowhere any more once it is erased, and it says so', async () => {
    const { items } = (await must(200, 'GET', '/api/v1/personal-data?contains=Vvkw')).body;
    const reason = words('Erasure');
    await must(200, 'POST', '/api/v1/personal-data/erase', { ids: items.map(({ id }: { id: string }) => id), reason });
    const left = (await must(200, 'GET', '/api/v1/personal-data?contains=Vvkw')).body.items;
    expect(left).toMatchObject([{ said: reason, purpose: 'erasure', keptUntil: null }]);
    expect(await tablesWith(test.database, 'Vvkw')).toEqual(['public.recall_person']);
    await must(200, 'POST', '/api/v1/personal-data/erase', { ids: [left[0].id], reason: 'and why' });
    for (const text of [...written, 'Vvkw']) expect([text, await tablesWith(test.database, text)]).toEqual([text, []]);
    const recall = (await must(200, 'GET', `/api/v1/recalls/${ids['recall']}`)).body;
    expect(recall).toMatchObject({ state: 'active', title: 'erased', hazard: 'erased', details: { brand: 'erased' } });
    expect((await must(200, 'GET', `/api/v1/investigations/${ids['inquiry']}`)).body).toMatchObject({
      state: 'closed',
      title: 'erased',
      dispute: { reason: 'erased', answer: 'erased' },
    });
    expect((await must(200, 'GET', `/api/v1/signals/${ids['signal']}`)).body).toMatchObject({
      description: 'erased',
      reason: 'erased',
    });
    // The till keeps its picture in memory: it follows.
    await eventually(async () => ((await shown(ids)).includes('Vvkw') ? undefined : true));
  });
});
