import { askedGauge, Database } from '@suyuan/platform';
import { Counter, Registry } from 'prom-client';
import { ChannelName } from './channel.port';

const CHANNELS = ['webhook', 'email', 'kafka'] as const satisfies readonly ChannelName[];
const ENDS = ['delivered', 'refused', 'failed', 'gone'] as const;

/** `refused`: the receiver answered, and not with success; `failed`: no answer; `gone`: it wants nothing more (410). */
export type AttemptEnd = (typeof ENDS)[number];

/** Notices on their way out, for Prometheus: the queue as the database has it, and the attempts of this process. */
export class NoticeMetrics {
  private readonly attempts: Counter<'channel' | 'outcome'>;

  constructor(registry: Registry, database: Database) {
    this.attempts = new Counter({
      name: 'suyuan_notice_attempts_total',
      help: 'Attempts of this process to deliver a notice, by what came of them.',
      labelNames: ['channel', 'outcome'],
      registers: [registry],
    });
    // A series that begins with the first failure has no rate for it, and nothing to be compared with.
    for (const channel of CHANNELS) for (const outcome of ENDS) this.attempts.inc({ channel, outcome }, 0);
    askedGauge(registry, {
      name: 'suyuan_notice_deliveries',
      help: 'Deliveries of the installation that are not settled: pending (an attempt is due or planned), waiting (the party has no address), dead (given up).',
      labelNames: ['channel', 'state'],
      ask: async () => {
        // Indexes: notice_delivery_due, notice_delivery_waiting, notice_delivery_dead.
        const rows = await database.query<{ channel: string; state: string; count: number }>(
          ['pending', 'waiting', 'dead']
            .map(
              (state) =>
                `SELECT channel, '${state}' AS state, count(*) FROM notice_delivery WHERE state = '${state}' GROUP BY channel`,
            )
            .join(' UNION ALL '),
        );
        // A state that nothing is in is a figure too: alerts compare with it.
        const counts = new Map(['pending', 'waiting', 'dead'].map((state) => [`webhook ${state}`, 0]));
        for (const { channel, state, count } of rows) counts.set(`${channel} ${state}`, count);
        return [...counts].map(([key, value]) => {
          const [channel = '', state = ''] = key.split(' ');
          return { labels: { channel, state }, value };
        });
      },
    });
    askedGauge(registry, {
      name: 'suyuan_notice_overdue_seconds',
      help: 'How long the oldest attempt that is due has not been made; 0 when none is due.',
      labelNames: ['channel'],
      ask: async () => {
        // Index: notice_delivery_due.
        const rows = await database.query<{ channel: string; seconds: number }>(
          `SELECT channel, greatest(0, extract(epoch FROM now() - next_attempt_at))::float8 AS seconds
           FROM unnest($1::text[]) AS channel CROSS JOIN LATERAL (
             SELECT coalesce(min(next_attempt_at), now()) AS next_attempt_at FROM notice_delivery d
             WHERE d.channel = channel.channel AND state = 'pending' AND (leased_until IS NULL OR leased_until < now())) oldest`,
          [CHANNELS],
        );
        return rows.map(({ channel, seconds }) => ({ labels: { channel }, value: seconds }));
      },
    });
  }

  countAttempt(channel: ChannelName, outcome: AttemptEnd): void {
    this.attempts.inc({ channel, outcome });
  }
}
