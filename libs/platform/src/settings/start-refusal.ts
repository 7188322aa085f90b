/**
 * The program can't start, and the reason is the operator's to mend: one line for stderr, no stack.
 * `exitCode` 2 = bad settings, 1 = the surroundings (a folder, a port, a database).
 */
export class StartRefusal extends Error {
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message.replace(/\s*\n\s*/g, '; '));
  }
}
