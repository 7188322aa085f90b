export const ADMIN_KEY = 'an administrator for tests only';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  // Tests look into answers by name; a wrong shape fails the expectation that reads it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

export interface CallOptions {
  readonly key?: string | null;
  readonly headers?: Record<string, string>;
}

/** One call of the API; JSON answers come parsed. */
export async function call(
  url: string,
  method: string,
  address: string,
  body?: unknown,
  options: CallOptions = {},
): Promise<ApiAnswer> {
  const { key = ADMIN_KEY, headers = {} } = options;
  const response = await fetch(url + address, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  const isJson = type.includes('json') && !type.includes('ndjson');
  return { status: response.status, headers: response.headers, body: isJson && text !== '' ? JSON.parse(text) : text };
}
