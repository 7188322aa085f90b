import { parseCode } from '@suyuan/gs1';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, CommandContext, argument, inPath, option } from '../command';
import { usageError } from '../exit-code';

type Row = Readonly<Record<string, unknown>>;

const to = { out: { type: 'string' } } as const;

const events: Command = {
  name: 'export events',
  usage: '[--code CODE] [--since TIME] [--until TIME] [--out FILE]',
  summary: 'captured EPCIS events, one JSON object a line, in order of capture',
  options: { code: { type: 'string' }, since: { type: 'string' }, until: { type: 'string' }, ...to },
  run: async (context) => {
    const code = option(context, 'code');
    await write(context, lines(allEvents(context, code === undefined ? {} : { [parameterFor(code)]: code })));
  },
};

/** EPCIS 2.0, 8.2.7.1: lots and classes are asked for by another parameter than things with names of their own. */
function parameterFor(code: string): string {
  const parsed = parseCode(code);
  if (!parsed.ok) throw usageError(`${code}: ${parsed.error.message}`);
  return parsed.identifier.kind === 'lot' || parsed.identifier.kind === 'class' ? 'MATCH_anyEPCClass' : 'MATCH_anyEPC';
}

async function* allEvents(context: CommandContext, filter: Readonly<Record<string, string>>): AsyncGenerator<Row> {
  let path: string | undefined = '/epcis/events';
  let query: Record<string, string | undefined> | undefined = {
    ...filter,
    perPage: '500',
    GE_eventTime: option(context, 'since'),
    LT_eventTime: option(context, 'until'),
  };
  let seen = 0;
  while (path !== undefined) {
    const answer = await context.api.send(path, query === undefined ? {} : { query });
    for (const event of eventsIn(answer.body)) {
      yield event;
      seen += 1;
    }
    context.output.progress.update('events', seen, undefined);
    path = nextPage(answer.headers['link']);
    query = undefined;
  }
}

function eventsIn(document: unknown): Row[] {
  const body = (
    document as { epcisBody?: { queryResults?: { resultsBody?: { eventList?: Row[] } }; eventList?: Row[] } } | undefined
  )?.epcisBody;
  return body?.queryResults?.resultsBody?.eventList ?? body?.eventList ?? [];
}

/** The address of `rel="next"`, RFC 8288; relative ones keep to this server. */
function nextPage(link: string | string[] | undefined): string | undefined {
  const text = Array.isArray(link) ? link.join(', ') : (link ?? '');
  for (const [, address, parameters] of text.matchAll(/<([^>]*)>([^,]*)/g))
    if (/rel\s*=\s*"?next\b/.test(parameters ?? '')) return address;
  return undefined;
}

const holders: Command = {
  name: 'export holders',
  usage: 'CODE [--format csv|ndjson] [--out FILE]',
  summary: 'who has it now, as CSV or NDJSON',
  options: { format: { type: 'string' }, ...to },
  run: async (context) => {
    const format = option(context, 'format') ?? 'csv';
    if (format !== 'csv' && format !== 'ndjson') throw usageError('--format is csv or ndjson.');
    const answer: { holders?: Row[] } = await context.api.get(`/api/v1/trace/${inPath(argument(context, 0, 'CODE'))}/holders`);
    const rows = answer.holders ?? [];
    await write(context, format === 'csv' ? csv(rows) : lines(rows));
  },
};

const report: Command = {
  name: 'export report',
  usage: 'RECALL [--format json|csv|xlsx|html] [--out FILE]',
  summary: "a recall's report",
  options: { format: { type: 'string' }, ...to },
  run: async (context) => {
    const id = argument(context, 0, 'RECALL');
    const body = await context.api.bytes(`/api/v1/recalls/${inPath(id)}/report`, {
      query: { format: option(context, 'format') ?? 'json' },
      headers: { accept: '*/*' },
    });
    await write(context, body);
  },
};

const HOLDER_COLUMNS = ['party', 'place', 'product', 'quantity', 'uom', 'state', 'from', 'since', 'certainty'];

/** RFC 4180; a cell that a spreadsheet would run as a formula is made text. */
function* csv(rows: readonly Row[]): Generator<string> {
  yield `${HOLDER_COLUMNS.join(',')}\r\n`;
  for (const row of rows) yield `${HOLDER_COLUMNS.map((name) => cell(row[name])).join(',')}\r\n`;
}

export function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

async function* lines(rows: Iterable<Row> | AsyncIterable<Row>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`;
}

async function write(context: CommandContext, chunks: Iterable<string> | AsyncIterable<string | Buffer>): Promise<void> {
  const file = option(context, 'out');
  if (file !== undefined) {
    await pipeline(Readable.from(chunks), createWriteStream(file));
    context.output.progress.end();
    return;
  }
  for await (const chunk of chunks) await context.output.raw(chunk);
}

export const exportCommands: readonly Command[] = [events, holders, report];
