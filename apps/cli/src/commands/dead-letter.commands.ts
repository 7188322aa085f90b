import { Command, CommandContext, argument, inPath } from '../command';
import { usageError } from '../exit-code';
import { column, members } from '../output';
import { show, table } from '../terminal/table';

type Row = Readonly<Record<string, unknown>>;

const PATHS = { messages: '/api/v1/admin/messages/dead', notices: '/api/v1/admin/notices/dead' } as const;
type Kind = keyof typeof PATHS;

const kindOf = (context: CommandContext): Kind => {
  const kind = argument(context, 0, 'KIND (messages or notices)');
  if (kind !== 'messages' && kind !== 'notices') throw usageError(`${kind} is neither messages nor notices.`);
  return kind;
};

const list: Command = {
  name: 'dead-letters list',
  usage: 'messages|notices',
  summary: 'messages that no handler could read, or notices that could not be delivered',
  run: async (context) => {
    if (kindOf(context) === 'messages') {
      const { total, items }: { total?: number; items?: Row[] } = await context.api.get(PATHS.messages, { limit: '1000' });
      const columns = [column('letter'), ...['handler', 'reason', 'at', 'id'].map((name) => column(name))];
      context.output.list(items ?? [], ...columns);
      const more = (total ?? 0) - (items?.length ?? 0);
      if (more > 0 && !context.output.isJson) await context.output.raw(`… and ${more} more\n`);
      return;
    }
    const rows: Row[] = [];
    for await (const row of context.api.items(PATHS.notices)) rows.push(row);
    const names = ['id', 'party', 'channel', 'reason', 'failures', 'diedAt', 'noticeId'];
    context.output.list(rows, ...names.map((name) => column(name)));
  },
};

const one: Command = {
  name: 'dead-letters show',
  usage: 'messages|notices ID',
  summary: 'one of them whole (a message by its letter)',
  run: async (context) => {
    const path = PATHS[kindOf(context)];
    const found: Row = await context.api.get(`${path}/${inPath(argument(context, 1, 'ID'))}`);
    const { headers = {}, attempts, body } = found as { headers?: Row; attempts?: readonly Row[]; body?: unknown };
    const tried = ['attempt', 'startedAt', 'status', 'error', 'address'].map((name) => column(name));
    context.output.answer(found, () => [
      ...members({ ...found, attempts: undefined }),
      ...members(headers).map((line) => `  ${line}`),
      ...(attempts === undefined || attempts.length === 0 ? [] : ['', ...table(tried, attempts)]),
      ...(body === undefined ? [] : ['', JSON.stringify(body, null, 2)]),
    ]);
  },
};

const replay: Command = {
  name: 'dead-letters replay',
  usage: 'messages | notices [ID…]',
  summary: 'bring all messages back to their topic; send notices again, all of them or those of these ids',
  run: async (context) => {
    const ids = context.arguments.slice(1);
    if (kindOf(context) === 'messages') {
      if (ids.length > 0) throw usageError('Messages are brought back all at once: leave the ID out.');
      const answer: Row = await context.api.post(`${PATHS.messages}/replay`, {});
      context.output.answer(answer, () => [`${show(answer['replayed'])} messages are back in their topics`]);
      return;
    }
    const wanted: string[] = [...ids];
    // All ids first: what was replayed leaves the list under the cursor.
    if (ids.length === 0) for await (const row of context.api.items(PATHS.notices)) wanted.push(show(row['id']));
    for (const id of wanted) await context.api.post(`${PATHS.notices}/${inPath(id)}/replay`, {});
    context.output.answer({ replayed: wanted.length, ids: wanted }, () => [`${wanted.length} notices are sent again`]);
  },
};

export const deadLetterCommands: readonly Command[] = [list, one, replay];
