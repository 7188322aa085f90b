import { EventLogPort } from './event-log.port';

/** Puts something in front of the log, such as another way by which records reach their followers. Optional; bound by the app. */
export abstract class LogCovering {
  abstract cover(log: EventLogPort): EventLogPort;
}
