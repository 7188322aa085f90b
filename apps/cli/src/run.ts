import { helpText, readCommandLine } from './command-line';
import { CommandFailure, EXIT, ExitCode } from './exit-code';
import { ApiClient } from './http/api-client';
import { findServer } from './http/find-server';
import { Output, TextStream } from './output';

export interface Terminal {
  readonly out: TextStream;
  readonly errors: TextStream;
  readonly environment: NodeJS.ProcessEnv;
}

/** Runs one command line and resolves to its exit code; every failure is said on stderr, with `--json` as JSON. */
export async function run(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let api: ApiClient | undefined;
  let output: Output | undefined;
  try {
    const line = readCommandLine(words);
    if (line === 'help') {
      terminal.out.write(`${helpText()}\n`);
      return EXIT.done;
    }
    const { url, key, json } = line.options;
    output = new Output(json === true, terminal.out, terminal.errors);
    const server = await findServer({ url: text(url), key: text(key) }, terminal.environment);
    api = new ApiClient(server.url, server.key);
    const good = await line.command.run({ api, output, arguments: line.arguments, options: line.options });
    return good === false ? EXIT.refused : EXIT.done;
  } catch (error) {
    output?.progress.end();
    if (!(error instanceof CommandFailure)) throw error;
    terminal.errors.write(
      words.includes('--json') ? `${JSON.stringify({ error: error.message, exitCode: error.exitCode })}\n` : `${error.message}\n`,
    );
    return error.exitCode;
  } finally {
    await api?.close();
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
