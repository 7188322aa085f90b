import { Problem } from '@suyuan/platform';

/** The event store, or whoever numbers what is in it, does not answer. What was asked for may still come to be. */
export class LogAway extends Problem {
  constructor(detail: string) {
    super(
      503,
      'event-log-away',
      'Event log away',
      `${detail} Ask again: what is repeated with its ids is written once.`,
      undefined,
      {
        'Retry-After': '2',
      },
    );
  }
}
