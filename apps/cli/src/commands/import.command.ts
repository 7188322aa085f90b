import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { Command, CommandContext, option } from '../command';
import { usageError } from '../exit-code';
import { faultText } from '../http/api-failure';
import { show } from '../terminal/table';

type Row = Readonly<Record<string, unknown>>;

const KINDS = [
  'production',
  'packing',
  'unpacking',
  'shipment',
  'receipt',
  'sale',
  'return',
  'transformation',
  'destruction',
  'inspection',
];
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.csv': 'text/csv; charset=utf-8',
  '.ndjson': 'application/x-ndjson',
  '.jsonl': 'application/x-ndjson',
  '.xml': 'application/xml',
  '.json': 'application/json',
  '.jsonld': 'application/ld+json',
};
const JOB_LOOK_EVERY_MS = 200;
const FAULTS_SHOWN = 20;

export const importFiles: Command = {
  name: 'import',
  usage: 'FILE… [--as KIND] [--proceed]',
  summary: `bring in EPCIS documents, or CSV/NDJSON/JSON rows of one kind (${KINDS.join(', ')}); --proceed leaves bad ones out`,
  options: { as: { type: 'string' }, proceed: { type: 'boolean' } },
  run: async (context) => {
    if (context.arguments.length === 0) throw usageError('FILE is missing.');
    const kind = option(context, 'as');
    if (kind !== undefined && !KINDS.includes(kind)) throw usageError(`--as is one of ${KINDS.join(', ')}.`);
    const rows = context.arguments.find((file) => /\.(csv|ndjson|jsonl)(\.gz)?$/i.test(file));
    if (kind === undefined && rows !== undefined) throw usageError(`Say what the rows of ${rows} are: --as ${KINDS.join(' | ')}`);
    // All of them are looked at before the first is sent: a typing error in the last name must not leave half a job.
    for (const file of context.arguments) await stat(file).catch(() => Promise.reject(usageError(`There is no file ${file}.`)));
    const results: Row[] = [];
    for (const file of context.arguments)
      results.push({
        file,
        ...(kind === undefined ? await captureDocument(context, file) : await sendRows(context, file, kind)),
      });
    context.output.answer(results.length === 1 ? results[0] : results, () => results.flatMap(lines));
    return results.every((result) => result['success'] !== false);
  },
};

/** POST /epcis/capture, then the job until it is done. */
async function captureDocument(context: CommandContext, file: string): Promise<Row> {
  const behaviour = context.options['proceed'] === true ? 'proceed' : 'rollback';
  const answer = await context.api.send('/epcis/capture', {
    method: 'POST',
    stream: await upload(context, file),
    headers: { ...(await typeOf(file)), 'gs1-capture-error-behaviour': behaviour },
  });
  const location = answer.headers['location'];
  if (typeof location !== 'string') return { ...(answer.body as Row) };
  for (;;) {
    const job: Row = await context.api.get(location);
    if (job['running'] !== true) return job;
    context.output.progress.update(`${path.basename(file)}: events captured`, Number(job['accepted'] ?? 0), undefined);
    await wait(JOB_LOOK_EVERY_MS);
  }
}

/** POST /api/v1/events/{kind}. */
async function sendRows(context: CommandContext, file: string, kind: string): Promise<Row> {
  const query = { onError: context.options['proceed'] === true ? 'proceed' : undefined };
  const answer = await context.api.send(`/api/v1/events/${kind}`, {
    method: 'POST',
    stream: await upload(context, file),
    headers: await typeOf(file),
    query,
  });
  return answer.body as Row;
}

/** The file as a stream that shows how much of it has left. */
async function upload(context: CommandContext, file: string): Promise<Readable> {
  const { size } = await stat(file);
  let sent = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      sent += chunk.length;
      context.output.progress.update(path.basename(file), sent, size, 'bytes');
      done(null, chunk);
    },
  });
  const source = createReadStream(file);
  source.on('error', (error) => counted.destroy(error));
  return source.pipe(counted);
}

/** By the file's name; `.gz` is unpacked by the server. JSON is told from XML by its first character where the name is silent. */
async function typeOf(file: string): Promise<Record<string, string>> {
  const isPacked = file.toLowerCase().endsWith('.gz');
  const extension = path.extname(isPacked ? file.slice(0, -3) : file).toLowerCase();
  const type =
    CONTENT_TYPES[extension] ?? (!isPacked && (await firstCharacter(file)) === '<' ? 'application/xml' : 'application/json');
  return { 'content-type': type, ...(isPacked ? { 'content-encoding': 'gzip' } : {}) };
}

async function firstCharacter(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0);
    return buffer
      .toString('utf8', 0, bytesRead)
      .replace(/^\ufeff/, '')
      .trimStart()
      .charAt(0);
  } finally {
    await handle.close();
  }
}

function lines(result: Row): string[] {
  const counts = ['accepted', 'duplicates', 'rejected']
    .filter((name) => typeof result[name] === 'number')
    .map((name) => `${show(result[name])} ${name}`);
  const faults: unknown[] = Array.isArray(result['errors']) ? result['errors'] : [];
  const position =
    result['position'] === undefined || result['position'] === null ? '' : `, log position ${show(result['position'])}`;
  return [
    `${show(result['file'])}: ${result['success'] === false ? 'refused' : 'done'}${counts.length > 0 ? ` (${counts.join(', ')})` : ''}${position}`,
    ...faults.slice(0, FAULTS_SHOWN).map((fault) => `  ${faultText(fault)}`),
    ...(faults.length > FAULTS_SHOWN ? [`  … and ${faults.length - FAULTS_SHOWN} more`] : []),
  ];
}
