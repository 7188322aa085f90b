import { Database } from '@suyuan/platform';
import { DeliveryListener } from '@suyuan/notice';
import { RecallStreams } from './recall-streams';

/** Writes what the delivery of notices reports into the tasks' streams; told twice, written once. */
export class DeliveryNotes extends DeliveryListener {
  constructor(
    private readonly database: Database,
    private readonly streams: RecallStreams,
  ) {
    super();
  }

  override async delivered(noticeId: string, version: number, channel: string, at: Date): Promise<void> {
    const task = await this.task(noticeId);
    if (task !== undefined)
      await this.streams.task(task.recall_id, task.party, { type: 'NoteDelivery', version, channel, at: at.toISOString() });
  }

  override async failed(noticeId: string, version: number, channel: string, at: Date, reason: string): Promise<void> {
    const task = await this.task(noticeId);
    if (task !== undefined)
      await this.streams.task(task.recall_id, task.party, {
        type: 'NoteFailure',
        version,
        channel,
        reason,
        at: at.toISOString(),
      });
  }

  private async task(noticeId: string): Promise<{ recall_id: string; party: string } | undefined> {
    const [row] = await this.database.query<{ recall_id: string; party: string }>(
      'SELECT recall_id, party FROM recall_task WHERE notice_id = $1',
      [noticeId],
    );
    return row;
  }
}
