import { createHash } from 'node:crypto';
import { EventLogPort, LogRecord } from '@suyuan/event-log';
import { NoticeDeliveries } from '@suyuan/notice';
import { Clock } from '@suyuan/platform';
import { HoldingProof, TraceReader } from '@suyuan/trace';
import { ZipFile } from 'yazl';
import { discrepancyStream } from '../reconciliation/discrepancy-follower';
import { effectivenessStream } from '../effectiveness/effectiveness-stream';
import { HolderTaskState } from '../domain/holder-task.state';
import { NoticeView } from '../http/notice-view';
import { RecallReads, showRecall, StoredRecall } from '../http/recall-reads';
import { InstallationKey } from '../keys/installation-key';
import { investigationStream } from '../investigations/investigation-stream';
import { readRecallEvent, recallStream, taskStream } from '../projection/records';
import { ERASED } from '../domain/word-paths';
import { wordIdsIn, Words } from '../privacy/words';
import { RegimeBook } from '../regimes/regime-book';
import { REPORTS } from '../reports/kinds';
import { RecallReports } from '../reports/recall-reports';
import { renderReport } from '../reports/render-report';
import { README } from './readme';
import {
  ARCHIVE_FORMAT,
  ArchiveManifest,
  CHAIN_START,
  MANIFEST,
  PUBLIC_KEY,
  RECORDS,
  SIGNATURE,
  signedText,
} from './verify/manifest';

const STREAMS_AT_ONCE = 50;

/** The whole case of a recall as one file that can be checked without us (`verify/verify-archive.ts`). */
export class RecallArchive {
  constructor(
    private readonly log: EventLogPort,
    private readonly reads: RecallReads,
    private readonly trace: TraceReader,
    private readonly reports: RecallReports,
    private readonly notices: NoticeView,
    private readonly deliveries: NoticeDeliveries,
    private readonly regimes: RegimeBook,
    private readonly key: InstallationKey,
    private readonly clock: Clock,
    private readonly words: Words,
  ) {}

  /** A zip, as it is written: recall, records, proofs and their events, notices, deliveries, reports, profiles, manifest, signature. */
  async make(recall: StoredRecall): Promise<NodeJS.ReadableStream> {
    const zip = new ZipFile();
    const files: ArchiveManifest['files'][number][] = [];
    const madeAt = this.clock.now();
    const put = (path: string, content: string | Buffer): void => {
      const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content, 'utf8');
      files.push({ path, bytes: bytes.length, sha256: sha256(bytes) });
      zip.addBuffer(bytes, path, { mtime: madeAt });
    };
    const position = await this.log.head();
    const tasks = await this.reads.tasks(recall.id);
    const proofs = await this.proofsOf(recall, tasks);
    const records = chained(await this.recordsOf(recall.id, tasks));
    put('README.txt', README);
    put('recall.json', json(showRecall(recall)));
    put(RECORDS, records.text);
    put('words.ndjson', lines(await this.wordsOf(records.text)));
    put('proofs.ndjson', lines(proofs));
    put('events.ndjson', lines(await this.eventsOf(proofs)));
    put('notices.ndjson', lines(tasks.map((task) => this.notices.show(recall.id, recall.state, task))));
    put('deliveries.ndjson', lines(await this.deliveriesOf(tasks)));
    for (const regime of this.regimes.of(recall.state.content?.regimes ?? [])) put(`regimes/${regime.id}.json`, json(regime));
    for (const kind of Object.keys(REPORTS)) {
      const report = await this.reports.make(recall, { kind });
      for (const format of ['json', 'html', 'csv', 'xlsx'] as const) {
        const { body } = await renderReport(format, report, recall.id);
        put(`reports/${kind}.${format}`, typeof body === 'string' || Buffer.isBuffer(body) ? body : json(body));
      }
    }
    const manifest: ArchiveManifest = {
      format: ARCHIVE_FORMAT,
      recallId: recall.id,
      madeAt: madeAt.toISOString(),
      position,
      files,
      chain: { records: records.count, head: records.head },
    };
    const text = json(manifest);
    zip.addBuffer(Buffer.from(text, 'utf8'), MANIFEST, { mtime: madeAt });
    zip.addBuffer(Buffer.from(`${await this.key.sign(signedText(text))}\n`), SIGNATURE, { mtime: madeAt });
    zip.addBuffer(Buffer.from(await this.key.publicKey()), PUBLIC_KEY, { mtime: madeAt });
    zip.end();
    return zip.outputStream;
  }

  /** Every record of the case, in the order of the log. */
  private async recordsOf(id: string, tasks: readonly HolderTaskState[]): Promise<LogRecord[]> {
    const own = await this.log.readStream(recallStream(id));
    const origin = own.flatMap((record) => readRecallEvent(record) ?? []).find(({ type }) => type === 'RecallDecided');
    const investigation = origin?.type === 'RecallDecided' ? origin.investigationId : undefined;
    const streams = [
      ...(investigation === undefined ? [] : [investigationStream(investigation)]),
      recallStream(id),
      effectivenessStream(id),
      ...tasks.flatMap(({ party }) => [taskStream(id, party), discrepancyStream(id, party)]),
    ];
    const records = (await inTurns(streams, (stream) => this.log.readStream(stream))).flat();
    return records.sort((one, other) => one.position - other.position);
  }

  private async proofsOf({ state }: StoredRecall, tasks: readonly HolderTaskState[]): Promise<HoldingProof[]> {
    const within = new Set(state.lastResolution?.products ?? []);
    return inTurns(tasks, ({ party, holding }) => {
      const products = [...new Set((holding?.rows ?? []).map(({ product }) => product))];
      return this.trace.proofOf(party, products.length > 0 ? products : [...within], within);
    });
  }

  /** The captured events that the proofs name, as they were sent. */
  private async eventsOf(proofs: readonly HoldingProof[]): Promise<unknown[]> {
    const ids = [...new Set(proofs.flatMap(({ steps }) => steps.flatMap(({ eventIds }) => eventIds)))].sort();
    const found = await inTurns(ids, (id) => this.log.find(id));
    return found.flatMap((record) =>
      record === undefined ? [] : [{ position: record.position, recordTime: record.recordTime.toISOString(), data: record.data }],
    );
  }

  /** What stands in the place of the ids that the records carry, as far as it is kept at this moment. */
  private async wordsOf(records: string): Promise<unknown[]> {
    const ids = wordIdsIn(records);
    const said = await this.words.said(ids);
    return ids.map((id) => ({ id, said: said.get(id) ?? ERASED }));
  }

  private async deliveriesOf(tasks: readonly HolderTaskState[]): Promise<unknown[]> {
    return inTurns(tasks, async ({ noticeId }) => ({ noticeId, deliveries: await this.deliveries.of(noticeId) }));
  }
}

/** Each record with the hash of the line before: a line taken out, put in or changed breaks the chain. */
function chained(records: readonly LogRecord[]): { text: string; head: string; count: number } {
  let previous = CHAIN_START;
  const all = records.map(({ position, stream, version, id, type, recordTime, data }) => {
    const line = JSON.stringify({ previous, position, stream, version, id, type, recordTime: recordTime.toISOString(), data });
    previous = sha256(Buffer.from(line, 'utf8'));
    return `${line}\n`;
  });
  return { text: all.join(''), head: previous, count: records.length };
}

async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let from = 0; from < items.length; from += STREAMS_AT_ONCE)
    done.push(...(await Promise.all(items.slice(from, from + STREAMS_AT_ONCE).map(work))));
  return done;
}

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const lines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');
