/** The part of Fastify's reply that controllers here use. */
export interface Reply {
  readonly statusCode: number;
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  getHeaders(): Readonly<Record<string, unknown>>;
}

/** The part of Fastify's request that guards and interceptors here use. */
export interface Request {
  readonly method: string;
  readonly url: string;
  readonly ip: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: unknown;
  principal?: import('../principal').Principal;
}
