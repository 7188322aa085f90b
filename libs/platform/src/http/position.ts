/** What of a reply this needs; Fastify's has it. */
interface Headers {
  header(name: string, value: string): unknown;
}

/** Tells the client how far its write reached (`Suyuan-Position`), for `?atLeast=` of a later read. */
export function setPosition(reply: Headers, position: number): void {
  reply.header('Suyuan-Position', String(position));
}
