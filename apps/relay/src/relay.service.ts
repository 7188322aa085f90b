import { ACCESS_FOLLOWER } from '@suyuan/access';
import { LOG_RELAY, RelayModule } from '@suyuan/messaging';
import { Role, serviceGround } from '@suyuan/service';
import { Module } from '@nestjs/common';

@Module({})
class RelayService {}

/** Brings the log to Kafka, and back what was put aside there. */
export const RELAY_SERVICE: Role = {
  name: 'relay',
  module: (parts) => ({ module: RelayService, imports: [...serviceGround(parts), RelayModule] }),
  serves: [RelayModule],
  runs: { [ACCESS_FOLLOWER]: 'each', [LOG_RELAY]: 'one' },
  needs: [ACCESS_FOLLOWER],
  needsKafka: true,
};
