import { Agent, Dispatcher, request } from 'undici';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { CommandFailure, EXIT } from '../exit-code';
import { apiFailure } from './api-failure';

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** JSON to send. */
  readonly json?: unknown;
  /** Bytes to send, with their `content-type` among the headers. */
  readonly stream?: Readable;
  readonly headers?: Readonly<Record<string, string>>;
  /** Query parameters; undefined ones are left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** Talks to a Suyuan server; what it refuses ends the command with its own words. */
export class ApiClient {
  // Long answers and long silences are normal: a rebuild may think for minutes between two lines.
  private readonly agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connectTimeout: 10_000 });

  constructor(
    /** Without a trailing slash. */
    readonly baseUrl: string,
    private readonly key: string | undefined,
  ) {}

  /** A JSON answer, or text where the server sends none. */
  async send(path: string, options: ApiRequest = {}): Promise<ApiAnswer> {
    const answer = await this.open(path, options);
    return { status: answer.statusCode, headers: answer.headers, body: parse(await answer.body.text()) };
  }

  async get<T = Record<string, unknown>>(path: string, query?: ApiRequest['query']): Promise<T> {
    return (await this.send(path, query === undefined ? {} : { query })).body as T;
  }

  async post<T = Record<string, unknown>>(path: string, json: unknown): Promise<T> {
    return (await this.send(path, { method: 'POST', json })).body as T;
  }

  /** The body as it comes. */
  async bytes(path: string, options: ApiRequest = {}): Promise<Readable> {
    return (await this.open(path, options)).body;
  }

  /** The objects of an `application/x-ndjson` answer, as they come. */
  async *lines(path: string, options: ApiRequest = {}): AsyncGenerator<Record<string, unknown>> {
    const headers = { accept: 'application/x-ndjson', ...options.headers };
    const body = await this.bytes(path, { ...options, headers });
    try {
      for await (const line of createInterface({ input: body, crlfDelay: Number.POSITIVE_INFINITY })) {
        const value = line.trim() === '' ? undefined : parse(line);
        if (typeof value === 'object' && value !== null) yield value as Record<string, unknown>;
      }
    } catch (error) {
      throw this.lost(error);
    }
  }

  /** All items of a paged list (`{items, next?}`), at most `atMost`. */
  async *items(
    path: string,
    query: NonNullable<ApiRequest['query']> = {},
    atMost = Number.POSITIVE_INFINITY,
  ): AsyncGenerator<Record<string, unknown>> {
    let cursor: string | undefined;
    let seen = 0;
    do {
      const page = await this.get<{ items?: Record<string, unknown>[]; next?: string }>(path, { ...query, cursor });
      for (const item of page.items ?? []) {
        if (seen++ >= atMost) return;
        yield item;
      }
      cursor = page.next;
    } while (cursor !== undefined);
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private async open(path: string, options: ApiRequest): Promise<Dispatcher.ResponseData> {
    // A server names its own resources by absolute or relative URLs; the key goes to no other host.
    const url = new URL(path, `${this.baseUrl}/`);
    if (url.origin !== new URL(this.baseUrl).origin)
      throw new CommandFailure(EXIT.refused, `The server points to another host: ${url.origin}`);
    for (const [name, value] of Object.entries(options.query ?? {})) if (value !== undefined) url.searchParams.set(name, value);
    const headers: Record<string, string> = {
      accept: 'application/json, application/problem+json',
      ...(this.key === undefined ? {} : { authorization: `Bearer ${Buffer.from(this.key, 'utf8').toString('latin1')}` }),
      ...(options.json === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    };
    const body = options.stream ?? (options.json === undefined ? null : JSON.stringify(options.json));
    let answer: Dispatcher.ResponseData;
    try {
      answer = await request(url, { method: options.method ?? 'GET', headers, body, dispatcher: this.agent });
    } catch (error) {
      throw this.lost(error);
    }
    if (answer.statusCode >= 400) throw apiFailure(answer.statusCode, parse(await answer.body.text()));
    return answer;
  }

  private lost(error: unknown): unknown {
    if (error instanceof CommandFailure) return error;
    const { code, message } = error as { code?: unknown; message?: unknown };
    const reason = String(code ?? message ?? error);
    if (['ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT'].includes(reason))
      return new CommandFailure(
        EXIT.unreachable,
        `No Suyuan server answers at ${this.baseUrl} (${reason}). Start one with npm start, or name one with --url.`,
      );
    return new CommandFailure(EXIT.unreachable, `The connection to ${this.baseUrl} broke (${reason}).`);
  }
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
