import type { EventLog } from '@suyuan/event-log';
import { askedGauge, type Clock } from '@suyuan/platform';
import type { Registry } from 'prom-client';
import type { DeadLetters } from '../dead-letters/dead-letters';
import type { LogRelay } from '../relay/log-relay';

export interface RelayParts {
  readonly relay: LogRelay;
  readonly log: EventLog;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
}

const KEPT_MS = 500;

/** How far the broker is behind the log, and what waits in the dead-letter topic, for Prometheus. */
export function measureRelay(registry: Registry, { relay, log, deadLetters, clock }: RelayParts): void {
  askedGauge(registry, {
    name: 'suyuan_relay_lag_positions',
    help: 'Positions of the log that the broker has still to be brought.',
    keptMs: KEPT_MS,
    ask: async () => {
      const [head, position] = await Promise.all([log.head(), relay.position()]);
      return [{ value: Math.max(0, head - position) }];
    },
  });
  askedGauge(registry, {
    name: 'suyuan_relay_lag_seconds',
    help: 'Age of the first record that the broker has still to be brought; 0 when there is none.',
    keptMs: KEPT_MS,
    ask: async () => {
      const [record] = await log.read(await relay.position(), 1);
      return [{ value: record === undefined ? 0 : Math.max(0, clock.now().getTime() - record.recordTime.getTime()) / 1000 }];
    },
  });
  askedGauge(registry, {
    name: 'suyuan_messaging_dead_letters_waiting',
    help: 'Messages in the dead-letter topic that nobody has brought back.',
    ask: async () => [{ value: await deadLetters.count() }],
  });
}
