import { Command, CommandContext, argument, inPath, option } from '../command';
import { usageError } from '../exit-code';
import { column, members } from '../output';
import { columnsOf, show, table } from '../terminal/table';

type Row = Readonly<Record<string, unknown>>;

const time = { asof: { type: 'string' }, known: { type: 'string' } } as const;
const timeUsage = '[--asof TIME] [--known TIME|POSITION]';

function when(context: CommandContext): Record<string, string | undefined> {
  return { asOf: option(context, 'asof'), asKnownAt: option(context, 'known') };
}

function rowsOf(value: unknown): Row[] {
  return Array.isArray(value) ? (value as Row[]) : [];
}

export const trace: Command = {
  name: 'trace',
  usage: `CODE [--direction forward|backward|both] ${timeUsage}`,
  summary: 'where a code came from and where it went',
  options: { direction: { type: 'string' }, ...time },
  run: async (context) => {
    const code = argument(context, 0, 'CODE');
    const direction = option(context, 'direction') ?? 'both';
    if (!['forward', 'backward', 'both'].includes(direction)) throw usageError('--direction is forward, backward or both.');
    const nodes: Row[] = [];
    const edges: Row[] = [];
    let cursor: string | undefined;
    let root: unknown;
    let complete: unknown;
    do {
      const page: Row = await context.api.get(`/api/v1/trace/${inPath(code)}`, { direction, ...when(context), cursor });
      root ??= page['root'];
      complete = page['complete'];
      nodes.push(...rowsOf(page['nodes']));
      edges.push(...rowsOf(page['edges']));
      cursor = typeof page['next'] === 'string' ? page['next'] : undefined;
      context.output.progress.update('trace', nodes.length, undefined);
    } while (cursor !== undefined);
    context.output.answer({ root, nodes, edges, complete }, () => [
      `${show(root)}: ${nodes.length} nodes, ${edges.length} edges${complete === false ? ' (incomplete)' : ''}`,
      '',
      ...table([column('id', 'node'), column('kind'), column('state'), column('party')], nodes),
      '',
      ...table(
        [column('from'), column('kind'), column('to'), column('at'), column('quantity', 'quantity', 'end'), column('certainty')],
        edges,
      ),
    ]);
  },
};

export const holders: Command = {
  name: 'holders',
  usage: `CODE [--own] ${timeUsage}`,
  summary: 'who has it now (--own: without products made from it)',
  options: { own: { type: 'boolean' }, ...time },
  run: async (context) => {
    const code = argument(context, 0, 'CODE');
    const derived = context.options['own'] === true ? 'false' : undefined;
    const answer: Row = await context.api.get(`/api/v1/trace/${inPath(code)}/holders`, { ...when(context), derived });
    const rows = rowsOf(answer['holders']);
    const columns = [column('party'), column('place'), column('product'), column('quantity', 'quantity', 'end'), column('uom')];
    context.output.answer(answer, () => [
      `${show(answer['code'])} as of ${show(answer['asOf'])}`,
      '',
      ...table([...columns, column('state'), column('since'), column('certainty')], rows),
      '',
      ...totals(answer['totals']),
    ]);
  },
};

/** Totals are one object, or one for each product and unit. */
function totals(value: unknown): string[] {
  if (Array.isArray(value)) return table(columnsOf(rowsOf(value)), rowsOf(value));
  return typeof value === 'object' && value !== null ? members(value as Row) : [];
}

export const history: Command = {
  name: 'history',
  usage: `CODE ${timeUsage}`,
  summary: 'what happened to it, oldest first',
  options: time,
  run: async (context) => {
    const code = argument(context, 0, 'CODE');
    const rows: Row[] = [];
    for await (const row of context.api.items(`/api/v1/trace/${inPath(code)}/history`, when(context))) rows.push(row);
    context.output.list(rows);
  },
};

export const balance: Command = {
  name: 'balance',
  usage: `CODE ${timeUsage}`,
  summary: 'the ledger accounts of a lot',
  options: time,
  run: async (context) => {
    const answer: Row = await context.api.get(`/api/v1/trace/${inPath(argument(context, 0, 'CODE'))}/balance`, when(context));
    const accounts = rowsOf(answer['items'] ?? answer['accounts'] ?? answer['balance']);
    context.output.answer(answer, () => (accounts.length === 0 ? ['nothing'] : table(columnsOf(accounts), accounts)));
  },
};

export const check: Command = {
  name: 'check',
  usage: 'CODE',
  summary: 'is it recalled: affected, not_affected or need_code',
  run: async (context) => {
    const answer: Row = await context.api.get(`/api/v1/check/${inPath(argument(context, 0, 'CODE'))}`);
    const recalls = rowsOf(answer['recalls']);
    const need = answer['need'] === undefined ? '' : ` (needs ${show(answer['need'])})`;
    context.output.answer(answer, () => [
      `${show(answer['verdict'])}${need}`,
      ...(recalls.length === 0
        ? []
        : ['', ...table([column('id'), column('title'), column('state'), column('certainty'), column('instructions')], recalls)]),
    ]);
  },
};
