import { askedGauge, Clock } from '@suyuan/platform';
import { Registry } from 'prom-client';
import { BlocklistStore } from './blocklist-store';
import { CheckFollower } from './check-follower';

/** How old the answers at the till are, for Prometheus. */
export function measureChecks(registry: Registry, follower: CheckFollower, lists: BlocklistStore, clock: Clock): void {
  const now = (): number => clock.now().getTime();
  askedGauge(registry, {
    name: 'suyuan_check_index_age_seconds',
    help: 'Everything that was acknowledged longer ago than this is in the index of this process; nothing is cleared beyond 15 s.',
    keptMs: 0,
    ask: async () => {
      const ageMs = follower.ageMs();
      return Promise.resolve(ageMs === undefined ? [] : [{ value: Math.max(0, ageMs) / 1000 }]);
    },
  });
  askedGauge(registry, {
    name: 'suyuan_check_blocklist_age_seconds',
    help: 'Everything that was acknowledged longer ago than this is in the newest list for tills without a connection.',
    ask: async () => {
      const { version, asOfMs } = await lists.state();
      return version === 0 ? [] : [{ value: Math.max(0, now() - asOfMs) / 1000 }];
    },
  });
}
