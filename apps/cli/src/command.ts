import type { ParseArgsConfig } from 'node:util';
import { usageError } from './exit-code';
import { ApiClient } from './http/api-client';
import { Output } from './output';

export type OptionValues = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** What a command works with. */
export interface CommandContext {
  readonly api: ApiClient;
  readonly output: Output;
  readonly arguments: readonly string[];
  readonly options: OptionValues;
}

export interface Command {
  /** As typed, `recall show`. */
  readonly name: string;
  /** Arguments and options behind the name, for the help. */
  readonly usage: string;
  readonly summary: string;
  readonly options?: NonNullable<ParseArgsConfig['options']>;
  /** Resolves to `false` when the command worked and its finding is bad (exit code 1). */
  run(context: CommandContext): Promise<boolean | void>;
}

/** The argument at `at`, or a usage error that names what is missing. */
export function argument(context: CommandContext, at: number, name: string): string {
  const value = context.arguments[at];
  if (value === undefined || value === '') throw usageError(`${name} is missing.`);
  return value;
}

/** The text of an option, undefined when not given. */
export function option(context: CommandContext, name: string): string | undefined {
  const value = context.options[name];
  return typeof value === 'string' ? value : undefined;
}

/** A code as part of a path. */
export const inPath = encodeURIComponent;
