import { Command, CommandContext } from '../command';
import { CommandFailure, EXIT } from '../exit-code';
import { members } from '../output';

type Row = Readonly<Record<string, unknown>>;

export const verify: Command = {
  name: 'verify',
  usage: '',
  summary: 'compare the trace graph with a rebuild from the log; exit code 1 when they differ',
  run: async (context) => isGood(await follow(context, '/api/v1/admin/trace/verify')),
};

export const rebuild: Command = {
  name: 'rebuild',
  usage: '',
  summary: 'build the trace graph anew from the log',
  run: async (context) => isGood(await follow(context, '/api/v1/admin/trace/rebuild')),
};

/** Shows `{phase, done, total}` lines as progress and answers with the last line's `result`. */
async function follow(context: CommandContext, path: string): Promise<Row> {
  let result: Row | undefined;
  for await (const line of context.api.lines(path, { method: 'POST', json: {} })) {
    if (typeof line['error'] === 'object' && line['error'] !== null) result = { ok: false, ...line['error'] };
    else if (line['result'] !== undefined)
      result =
        typeof line['result'] === 'object' && line['result'] !== null ? (line['result'] as Row) : { result: line['result'] };
    else if (typeof line['phase'] === 'string')
      context.output.progress.update(line['phase'], Number(line['done'] ?? 0), Number(line['total'] ?? 0));
  }
  // The stream ended before its last line: whatever was done, nobody said that it is right.
  if (result === undefined) throw new CommandFailure(EXIT.refused, 'The server broke off before it was done.');
  const answer = result;
  context.output.answer(answer, () => [...members(answer), isGood(answer) ? 'all is well' : 'they differ']);
  return answer;
}

/** Any of the words by which a result can say that something is wrong. */
function isGood(result: Row): boolean {
  const bad = ['ok', 'equal', 'same', 'success', 'agrees'].some((name) => result[name] === false);
  const found = ['differences', 'mismatches', 'errors'].some((name) => {
    const value = result[name];
    return Array.isArray(value) ? value.length > 0 : typeof value === 'number' && value > 0;
  });
  return !bad && !found;
}
