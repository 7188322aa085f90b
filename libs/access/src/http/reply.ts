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

/** API.md: every write answers with the log position from which reads may be asked `?atLeast=`. */
export function tellPosition(reply: Reply, position: number): void {
  reply.header('Suyuan-Position', String(position));
}
