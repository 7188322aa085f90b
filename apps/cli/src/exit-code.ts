/** What the process ends with, for scripts. */
export const EXIT = {
  done: 0,
  /** The server refused, or what was asked for turned out wrong (`verify` found a difference, rows were rejected). */
  refused: 1,
  /** The command line was wrong. */
  usage: 2,
  /** No server answers there. */
  unreachable: 3,
  /** The key is missing, wrong or of the wrong role. */
  forbidden: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command with a message for people, without a stack. */
export class CommandFailure extends Error {
  constructor(
    readonly exitCode: ExitCode,
    message: string,
  ) {
    super(message);
  }
}

export function usageError(message: string): CommandFailure {
  return new CommandFailure(EXIT.usage, message);
}
