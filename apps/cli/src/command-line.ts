import { parseArgs } from 'node:util';
import { Command, OptionValues } from './command';
import { COMMANDS } from './commands';
import { usageError } from './exit-code';

const GLOBAL = {
  url: { type: 'string' },
  key: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export interface CommandLine {
  readonly command: Command;
  readonly arguments: readonly string[];
  readonly options: OptionValues;
}

/** Reads the words after `npm run suyuan --`. `help` when nothing, `help` or `--help` was asked for. */
export function readCommandLine(words: readonly string[]): CommandLine | 'help' {
  const leading = leadingWords(words);
  const [first, second] = leading.map(({ word }) => word);
  const command = COMMANDS.find(({ name }) => name === `${first} ${second}`) ?? COMMANDS.find(({ name }) => name === first);
  if (command === undefined) {
    if (first === undefined || first === 'help' || words.includes('--help') || words.includes('-h')) return 'help';
    throw usageError(unknown(first));
  }
  const name = new Set(leading.slice(0, command.name.split(' ').length).map(({ at }) => at));
  try {
    const { values, positionals } = parseArgs({
      args: words.filter((_, at) => !name.has(at)),
      options: { ...GLOBAL, ...command.options },
      allowPositionals: true,
      strict: true,
    });
    if (values['help'] === true) return 'help';
    return { command, arguments: positionals, options: values as OptionValues };
  } catch (error) {
    throw usageError(`${(error as Error).message}\nUsage: suyuan ${command.name} ${command.usage}`);
  }
}

/** The first two words that are no options, with their places; options of all commands may stand before them. */
function leadingWords(words: readonly string[]): { word: string; at: number }[] {
  const found: { word: string; at: number }[] = [];
  for (let at = 0; at < words.length && found.length < 2; at += 1) {
    const word = words[at] ?? '';
    if (word === '--url' || word === '--key') at += 1;
    else if (!word.startsWith('-')) found.push({ word, at });
  }
  return found;
}

function unknown(first: string): string {
  const group = COMMANDS.filter((command) => command.name.startsWith(`${first} `)).map((command) => command.name);
  if (group.length > 0) return `Which one? ${group.join(', ')}`;
  return `There is no command "${first}". suyuan --help names all.`;
}

export function helpText(): string {
  const lines = COMMANDS.map((command) => `  ${`${command.name} ${command.usage}`.trimEnd()}\n      ${command.summary}`);
  return [
    'suyuan: trace goods and run recalls from the command line',
    '',
    'Usage: npm run suyuan -- COMMAND … [--url URL] [--key KEY] [--json]',
    '',
    ...lines,
    '',
    'Codes in any spelling: URN, Digital Link, element string, 01/…/10/…. The server is --url, else SUYUAN_HOST',
    'and SUYUAN_PORT; the key --key, else SUYUAN_ADMIN_KEY, else the file admin-key of SUYUAN_DATA_DIR.',
    'Exit codes: 0 done, 1 refused or found wrong, 2 wrong usage, 3 no server, 4 key missing or not allowed.',
  ].join('\n');
}
