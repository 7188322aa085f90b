import { readFile } from 'node:fs/promises';
import { Command, CommandContext, argument, inPath, option } from '../command';
import { usageError } from '../exit-code';
import { column, members } from '../output';
import { columnsOf, show, table } from '../terminal/table';

type Row = Readonly<Record<string, unknown>>;

const pathOf = (context: CommandContext): string => `/api/v1/recalls/${inPath(argument(context, 0, 'ID'))}`;

const list: Command = {
  name: 'recall list',
  usage: '[--state STATE]',
  summary: 'all recalls',
  options: { state: { type: 'string' } },
  run: async (context) => {
    const rows: Row[] = [];
    for await (const row of context.api.items('/api/v1/recalls', { state: option(context, 'state') })) rows.push(row);
    context.output.list(rows, column('id'), column('title'), column('state'), column('mode'), column('class'), column('depth'));
  },
};

const show_: Command = {
  name: 'recall show',
  usage: 'ID',
  summary: 'one recall',
  run: async (context) => {
    const recall: Row = await context.api.get(pathOf(context));
    context.output.answer(recall, () => [...members(recall), `scope  ${JSON.stringify(recall['scope'] ?? null)}`]);
  },
};

const create: Command = {
  name: 'recall create',
  usage: 'FILE',
  summary: 'a new recall from a JSON file (- = standard input)',
  run: async (context) => {
    const made: Row = await context.api.post('/api/v1/recalls', await readJson(argument(context, 0, 'FILE')));
    context.output.answer(made, () => [`recall ${show(made['id'])}: ${show(made['state'])}`]);
  },
};

const progress: Command = {
  name: 'recall progress',
  usage: 'ID',
  summary: 'how far its notices and goods have come',
  run: async (context) => {
    const answer: Row = await context.api.get(`${pathOf(context)}/progress`);
    const quantities = (answer['quantities'] ?? []) as Row[];
    const object = (name: string): Row =>
      typeof answer[name] === 'object' && answer[name] !== null ? (answer[name] as Row) : {};
    context.output.answer(answer, () => [
      'tasks',
      ...members(object('tasks')).map((line) => `  ${line}`),
      'by state',
      ...members(object('byState')).map((line) => `  ${line}`),
      '',
      ...(quantities.length === 0 ? ['no quantities'] : table(columnsOf(quantities), quantities)),
    ]);
  },
};

const holders: Command = {
  name: 'recall holders',
  usage: 'ID',
  summary: 'who has or had affected goods, and their notices',
  run: async (context) => {
    const rows: Row[] = [];
    for await (const row of context.api.items(`${pathOf(context)}/holders`)) rows.push(row);
    const quantity = (row: Row): string =>
      ((row['quantities'] ?? []) as Row[])
        .map((entry) => `${show(entry['held'])} ${show(entry['uom'])} of ${show(entry['product'])}`)
        .join('; ');
    const columns = [
      column('party'),
      column('place'),
      column('class'),
      column('certainty'),
      { heading: 'held', text: quantity },
      column('noticeId', 'notice'),
    ];
    context.output.list(rows, ...columns);
  },
};

/** A move of the recall: POST with the body that its options and `--body FILE` give. */
function move(name: string, summary: string, optionNames: readonly string[] = [], required: readonly string[] = []): Command {
  const shown = optionNames.map((option_) => (required.includes(option_) ? `--${option_} TEXT` : `[--${option_} TEXT]`));
  return {
    name: `recall ${name}`,
    usage: ['ID', ...shown, '[--body FILE]'].join(' '),
    summary,
    options: {
      body: { type: 'string' },
      ...Object.fromEntries(optionNames.map((option_) => [option_, { type: 'string' as const }])),
    },
    run: async (context) => {
      const file = option(context, 'body');
      const given = file === undefined ? {} : await readJson(file);
      const said = optionNames.flatMap((option_) => {
        const value = option(context, option_);
        return value === undefined ? [] : [[option_, value] as const];
      });
      const body = { ...(given as object), ...Object.fromEntries(said) };
      const missing = required.find((option_) => !(option_ in body));
      if (missing !== undefined) throw usageError(`--${missing} is missing.`);
      const recall: Row = await context.api.post(`${pathOf(context)}/${name}`, body);
      context.output.answer(recall, () => [`recall ${show(recall['id'] ?? context.arguments[0])}: ${show(recall['state'])}`]);
    },
  };
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw usageError(`${file} can't be read: ${error.message}`);
  });
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw usageError(`${file} is not JSON: ${(error as Error).message}`);
  }
}

export const recallCommands: readonly Command[] = [
  list,
  show_,
  create,
  progress,
  holders,
  move('plan', 'attach the plan'),
  move('activate', 'send the notices'),
  move('amend', 'change scope or instructions'),
  move('suspend', 'stop the clocks', ['reason']),
  move('resume', 'go on'),
  move('complete', 'say that it is done', ['summary']),
  move('monitor', 'watch what is left'),
  move('terminate', 'end it (by the authority)', ['reason'], ['reason']),
  move('reopen', 'take it up again', ['reason']),
  move('withdraw', 'it was made in error', ['reason']),
  move('approve', 'a second pair of eyes'),
];
