import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { IncomingMessage, Server, ServerResponse, createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from './run';

interface Seen {
  readonly method: string | undefined;
  readonly url: string;
  readonly key: string | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

let server: Server;
let url: string;
let folder: string;
let seen: Seen[] = [];
/** Answers by method and path; what is not here is 404. */
let answers: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'suyuan-cli-'));
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, headers } = request;
      seen.push({
        method,
        url: request.url ?? '',
        key: headers.authorization,
        type: headers['content-type'],
        body: Buffer.concat(chunks).toString(),
      });
      const answer = answers[`${method} ${(request.url ?? '').split('?')[0]}`];
      if (answer === undefined) json({ title: 'Not found', status: 404, detail: 'There is nothing.' }, 404)(request, response);
      else answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  seen = [];
  answers = {};
});

function json(body: unknown, status = 200, headers: Record<string, string> = {}) {
  return (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

async function suyuan(...words: string[]) {
  let [out, errors] = ['', ''];
  const terminal = {
    out: { write: (text: string | Buffer) => ((out += text.toString()), true) },
    errors: { write: (text: string | Buffer) => ((errors += text.toString()), true) },
    environment: { SUYUAN_DATA_DIR: folder },
  };
  const code = await run(['--url', url, ...words], terminal);
  return { code, out, errors };
}

async function file(name: string, text: string): Promise<string> {
  await writeFile(path.join(folder, name), text);
  return path.join(folder, name);
}

describe('the command line', () => {
  it('explains itself, and refuses what it does not know with exit code 2', async () => {
    expect(await suyuan('--help')).toMatchObject({ code: 0, out: expect.stringContaining('recall activate ID') });
    expect(await suyuan('tracee', 'x')).toMatchObject({ code: 2, errors: expect.stringContaining('tracee') });
    expect(await suyuan('recall')).toMatchObject({ code: 2, errors: expect.stringContaining('recall list') });
    expect(await suyuan('holders')).toMatchObject({ code: 2, errors: expect.stringContaining('CODE is missing') });
    expect(await suyuan('holders', 'x', '--wrong')).toMatchObject({ code: 2, errors: expect.stringContaining('--wrong') });
    expect(await suyuan('trace', 'x', '--direction', 'up')).toMatchObject({ code: 2 });
  });

  it('says when no server answers (3)', async () => {
    expect(await suyuan('--url', 'http://127.0.0.1:1', 'parties', 'list')).toMatchObject({
      code: 3,
      errors: expect.stringContaining('No Suyuan server'),
    });
  });

  it('shows the key of the data directory, --key before it, and neither to another host', async () => {
    await file('admin-key', 'sk_from_file\n');
    answers['GET /api/v1/parties'] = json({ items: [] });
    await suyuan('parties', 'list');
    await suyuan('parties', 'list', '--key', 'given');
    expect(seen.map((request) => request.key)).toEqual(['Bearer sk_from_file', 'Bearer given']);
    answers['POST /epcis/capture'] = json({}, 202, { location: 'http://127.0.0.1:1/steal' });
    expect(await suyuan('import', await file('empty.json', '{}'))).toMatchObject({
      code: 1,
      errors: expect.stringContaining('another host'),
    });
  });

  it('tells a refusal in the words of the problem, with each fault and its place', async () => {
    answers['POST /api/v1/recalls'] = json(
      {
        type: 'urn:x',
        title: 'Bad request',
        status: 400,
        detail: 'Wrong.',
        errors: [
          { pointer: '/scope/include', rule: 'r1', message: 'is missing' },
          { row: 3, field: 'lot', rule: 'r2', message: 'is empty' },
        ],
      },
      400,
    );
    const refused = await suyuan('recall', 'create', await file('recall.json', '{"title":"x"}'));
    expect(refused.code).toBe(1);
    expect(refused.errors).toBe(
      'Bad request (400, urn:x): Wrong.\n  /scope/include: is missing [r1]\n  row 3, field lot: is empty [r2]\n',
    );
    answers['GET /api/v1/recalls'] = json({ title: 'Unauthorized', status: 401 }, 401);
    expect(await suyuan('recall', 'list')).toMatchObject({ code: 4, errors: expect.stringContaining('--key') });
    expect(JSON.parse((await suyuan('recall', 'list', '--json')).errors)).toMatchObject({ exitCode: 4 });
  });

  it('follows pages to the end', async () => {
    answers['GET /api/v1/parties'] = (request, response) => {
      const isFirst = !(request.url ?? '').includes('cursor=two');
      json(
        isFirst ? { items: [{ id: 'https://id.gs1.org/417/1', name: '甲' }], next: 'two' } : { items: [{ id: 'b', name: '乙' }] },
      )(request, response);
    };
    const listed = await suyuan('parties', 'list');
    expect(listed.out).toContain('417/1  甲');
    expect(JSON.parse((await suyuan('parties', 'list', '--json')).out)).toHaveLength(2);
  });
});

describe('import', () => {
  it('sends a document as it is and waits for its job', async () => {
    let looked = 0;
    answers['POST /epcis/capture'] = json({}, 202, { location: '/epcis/capture/7' });
    answers['GET /epcis/capture/7'] = (request, response) =>
      json(
        looked++ === 0
          ? { running: true }
          : { running: false, success: true, accepted: 3, duplicates: 1, rejected: 0, position: 9 },
      )(request, response);
    const done = await suyuan('import', await file('events.json', '{"type":"EPCISDocument"}'));
    expect(done).toMatchObject({
      code: 0,
      out: expect.stringContaining('done (3 accepted, 1 duplicates, 0 rejected), log position 9'),
    });
    expect(seen[0]).toMatchObject({ type: 'application/json', body: '{"type":"EPCISDocument"}' });
  });

  it('ends with 1 when the job was refused, and says why', async () => {
    answers['POST /epcis/capture'] = json({}, 202, { location: '/epcis/capture/7' });
    answers['GET /epcis/capture/7'] = json({
      running: false,
      success: false,
      errors: [{ pointer: '/epcisBody/eventList/0', message: 'no time', rule: 'r' }],
    });
    const refused = await suyuan('import', await file('bad.json', '{}'));
    expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('/epcisBody/eventList/0: no time [r]') });
  });

  it('sends rows of a kind with the type of their file', async () => {
    answers['POST /api/v1/events/receipt'] = json({ position: 4, accepted: 1 }, 201);
    expect((await suyuan('import', await file('rows.csv', 'a,b\n1,2\n'), '--as', 'receipt')).code).toBe(0);
    expect(seen[0]).toMatchObject({ type: 'text/csv; charset=utf-8', body: 'a,b\n1,2\n' });
    expect(await suyuan('import', path.join(folder, 'rows.csv'))).toMatchObject({
      code: 2,
      errors: expect.stringContaining('--as'),
    });
    expect(await suyuan('import', path.join(folder, 'none.json'))).toMatchObject({
      code: 2,
      errors: expect.stringContaining('There is no file'),
    });
  });
});

describe('verify and rebuild', () => {
  const ndjson =
    (...lines: object[]) =>
    (_: IncomingMessage, response: ServerResponse) => {
      response
        .writeHead(200, { 'content-type': 'application/x-ndjson' })
        .end(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    };

  it('show progress on stderr and answer with the result', async () => {
    answers['POST /api/v1/admin/trace/verify'] = ndjson(
      { phase: 'replay', done: 5, total: 5 },
      { result: { position: 5, differences: [] } },
    );
    const verified = await suyuan('verify', '--json');
    expect(verified.code).toBe(0);
    expect(JSON.parse(verified.out)).toEqual({ position: 5, differences: [] });
    expect(verified.errors).toContain('replay: 5 of 5 (100 %)');
  });

  it('end with 1 on a difference, and when the stream breaks off', async () => {
    answers['POST /api/v1/admin/trace/verify'] = ndjson({ result: { differences: ['01/1'] } });
    expect((await suyuan('verify')).code).toBe(1);
    answers['POST /api/v1/admin/trace/rebuild'] = ndjson({ phase: 'replay', done: 5, total: 9 });
    expect(await suyuan('rebuild')).toMatchObject({ code: 1, errors: expect.stringContaining('broke off') });
  });
});

describe('export', () => {
  it('writes all pages of events as lines', async () => {
    const page = (type: string) => ({ epcisBody: { queryResults: { resultsBody: { eventList: [{ type }] } } } });
    answers['GET /epcis/events'] = (request, response) => {
      const isFirst = !(request.url ?? '').includes('nextPageToken');
      json(
        page(isFirst ? 'a' : 'b'),
        200,
        isFirst ? { link: '</epcis/events?perPage=1&nextPageToken=2>; rel="next"' } : {},
      )(request, response);
    };
    const out = path.join(folder, 'out.ndjson');
    expect((await suyuan('export', 'events', '--code', '(01)09506000134352(10)L1', '--out', out)).code).toBe(0);
    expect(await readFile(out, 'utf8')).toBe('{"type":"a"}\n{"type":"b"}\n');
    expect(seen[0]?.url).toContain('MATCH_anyEPCClass=');
  });

  it('writes holders as CSV that no spreadsheet runs', async () => {
    answers[`GET /api/v1/trace/${encodeURIComponent('01/1')}/holders`] = json({
      holders: [{ party: '=cmd()', product: 'a "b", c', quantity: -5 }],
    });
    expect((await suyuan('export', 'holders', '01/1')).out).toBe(
      'party,place,product,quantity,uom,state,from,since,certainty\r\n\'=cmd(),,"a ""b"", c",-5,,,,,\r\n',
    );
  });
});

describe('dead letters', () => {
  const DEAD = '/api/v1/admin/messages/dead';

  it('messages are listed with what is left out, shown whole, and brought back all at once', async () => {
    const letter = { letter: '0-7', handler: 'trace', reason: 'the value is not JSON', at: '2026-05-01T00:00:00Z', id: 'r1' };
    answers[`GET ${DEAD}`] = json({ total: 3, items: [letter] });
    const listed = await suyuan('dead-letters', 'list', 'messages');
    expect(listed).toMatchObject({
      code: 0,
      out: expect.stringMatching(/0-7 +trace +the value is not JSON.*\n… and 2 more\n$/s),
    });
    expect(seen[0]?.url).toBe(`${DEAD}?limit=1000`);
    answers[`GET ${DEAD}/0-7`] = json({ ...letter, headers: { ce_id: 'r1' }, value: '{"data":' });
    expect((await suyuan('dead-letters', 'show', 'messages', '0-7')).out).toMatch(/value +\{"data":\n +ce_id +r1/);
    answers[`POST ${DEAD}/replay`] = json({ replayed: 3 });
    expect((await suyuan('dead-letters', 'replay', 'messages')).out).toBe('3 messages are back in their topics\n');
    expect(await suyuan('dead-letters', 'show', 'messages', '0-8')).toMatchObject({ code: 1 });
  });

  it('notices are replayed page by page, or those that are named', async () => {
    const path = '/api/v1/admin/notices/dead';
    const pages = [{ items: [{ id: '1' }, { id: '2' }], next: '2' }, { items: [{ id: '3' }] }];
    answers[`GET ${path}`] = (request, response) => json(pages[request.url?.includes('cursor=2') ? 1 : 0])(request, response);
    for (const id of ['1', '2', '3']) answers[`POST ${path}/${id}/replay`] = json({ id, state: 'pending' }, 202);
    const all = await suyuan('dead-letters', 'replay', 'notices', '--json');
    expect(JSON.parse(all.out)).toEqual({ replayed: 3, ids: ['1', '2', '3'] });
    seen = [];
    await suyuan('dead-letters', 'replay', 'notices', '2');
    expect(seen.map(({ method, url: address }) => `${method} ${address}`)).toEqual([`POST ${path}/2/replay`]);
  });
});
