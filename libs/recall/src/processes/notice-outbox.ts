import { LogRecord } from '@suyuan/event-log';
import { NoticeDelivery, OutgoingNotice } from '@suyuan/notice';
import { Database, TRACEPARENT } from '@suyuan/platform';
import { HolderTaskEvent } from '../domain/holder-task.events';
import { HolderTaskState } from '../domain/holder-task.state';
import { RecallState } from '../domain/recall.state';
import { NoticeView } from '../http/notice-view';
import { PersonalData } from '../privacy/personal-data';
import { readTaskEvent } from '../projection/records';

type NoticeIssued = Extract<HolderTaskEvent, { type: 'NoticeIssued' }>;

/** Rungs that try other ways than the first. */
const EVERY_CHANNEL: readonly unknown[] = ['second_channel', 'after_hours_contact'];

/**
 * Notices leave from the log, not from the step that issued them: a crash between the two would lose one. The queue knows
 * each (notice, version) and takes it once.
 */
export class NoticeOutbox {
  constructor(
    private readonly database: Database,
    private readonly delivery: NoticeDelivery,
    private readonly notices: NoticeView,
    private readonly personal: PersonalData,
  ) {}

  /** Queues, durably, every notice that these records issued; the read models show them already. */
  async send(records: readonly LogRecord[]): Promise<void> {
    const issued = new Map<string, { readonly event: NoticeIssued; readonly traceparent: unknown }>();
    for (const record of records) {
      const event = readTaskEvent(record);
      if (event?.type === 'NoticeIssued') issued.set(record.stream, { event, traceparent: record.meta[TRACEPARENT] });
    }
    if (issued.size === 0) return;
    const tasks = await this.database.query<{ recall_id: string; state: HolderTaskState; recall: RecallState }>(
      `SELECT t.recall_id, t.state, r.state AS recall FROM recall_task t JOIN recall_recall r ON r.id = t.recall_id
        WHERE 'holder-task:' || t.recall_id || ':' || t.party = ANY($1::text[]) AND t.recall_id = ANY($2::text[])`,
      [[...issued.keys()], [...new Set([...issued.keys()].map((stream) => stream.split(':')[1]))]],
    );
    const recalls = await this.personal.filledById(tasks);
    const outgoing = tasks.flatMap(({ recall_id: recallId, state, recall: stored }): OutgoingNotice[] => {
      const recall = recalls.get(recallId) ?? stored;
      const found = issued.get(`holder-task:${recallId}:${state.party}`);
      if (found === undefined) return [];
      const { event, traceparent } = found;
      return [
        {
          noticeId: state.noticeId,
          version: event.version,
          party: state.party,
          mode: recall.mode,
          body: this.notices.show(recallId, recall, state),
          traceparent,
          everyChannel: EVERY_CHANNEL.includes(event.rung),
        },
      ];
    });
    if (outgoing.length > 0) await this.delivery.queue(outgoing);
  }
}
