import { LogHead } from '@suyuan/platform';
import type { EventLog } from './event-log';

/** Where the log ends, for the platform, which knows no log. */
export class EventLogHead extends LogHead {
  constructor(private readonly log: EventLog) {
    super();
  }

  override head(): Promise<number> {
    return this.log.head();
  }

  override async timeAfter(position: number): Promise<Date | undefined> {
    const [record] = await this.log.read(position, 1);
    return record?.recordTime;
  }
}
