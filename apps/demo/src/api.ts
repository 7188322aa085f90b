import { Agent, request } from 'undici';

export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A refusal that the play did not expect. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    what: string,
    body: string,
  ) {
    super(`${what} was answered ${status}: ${body.slice(0, 1500)}`);
  }
}

/** The server as one key sees it. All of them share the newest log position, so that each reads what any of them wrote. */
export class Api {
  constructor(
    readonly url: string,
    private readonly key: string | undefined,
    private readonly shared: { position: number; agent: Agent } = { position: 0, agent: new Agent({ connections: 16 }) },
  ) {}

  withKey(key: string | undefined): Api {
    return new Api(this.url, key, this.shared);
  }

  /** Reads what is projected up to the last write of the play. */
  async get<Body = Record<string, unknown>>(path: string): Promise<Body> {
    const { position } = this.shared;
    const query = position === 0 ? '' : `${path.includes('?') ? '&' : '?'}atLeast=${position}`;
    return (await this.send<Body>('GET', path + query)).body;
  }

  async post<Body = Record<string, unknown>>(path: string, json: unknown): Promise<Body> {
    return (await this.send<Body>('POST', path, JSON.stringify(json))).body;
  }

  async patch(path: string, json: unknown, tolerated: readonly number[] = []): Promise<Answer> {
    return this.send('PATCH', path, JSON.stringify(json), 'application/json', tolerated);
  }

  async delete(path: string): Promise<void> {
    await this.send('DELETE', path);
  }

  /** @param tolerated error statuses that are an answer here. */
  async send<Body = Record<string, unknown>>(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: string,
    type = 'application/json',
    tolerated: readonly number[] = [],
  ): Promise<Answer<Body>> {
    const headers: Record<string, string> = { accept: 'application/json, application/problem+json' };
    if (this.key !== undefined) headers['authorization'] = `Bearer ${this.key}`;
    if (body !== undefined) headers['content-type'] = type;
    const answer = await request(this.url + path, { method, headers, body: body ?? null, dispatcher: this.shared.agent });
    const text = await answer.body.text();
    if (answer.statusCode >= 400 && !tolerated.includes(answer.statusCode))
      throw new Refused(answer.statusCode, `${method} ${path}`, text);
    const position = Number(answer.headers['suyuan-position']);
    if (position > this.shared.position) this.shared.position = position;
    return { status: answer.statusCode, body: parse(text) as Body, headers: answer.headers };
  }

  /** The bytes of a file. */
  async download(path: string): Promise<Buffer> {
    const headers = this.key === undefined ? {} : { authorization: `Bearer ${this.key}` };
    const answer = await request(this.url + path, { headers, dispatcher: this.shared.agent });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    if (answer.statusCode >= 400) throw new Refused(answer.statusCode, `GET ${path}`, bytes.toString('utf8'));
    return bytes;
  }

  async close(): Promise<void> {
    await this.shared.agent.destroy();
  }
}

export const inPath = (code: string): string => encodeURIComponent(code);

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
