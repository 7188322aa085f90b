import { ACCESS_FOLLOWER, AccessModule } from '@suyuan/access';
import { CaptureModule, EVENT_INDEX_FOLLOWER } from '@suyuan/capture';
import { Role, serviceGround } from '@suyuan/service';
import { Module } from '@nestjs/common';

@Module({})
class CaptureService {}

/** Takes events, parties, keys, master data and shares in, and answers about them. */
export const CAPTURE_SERVICE: Role = {
  name: 'capture',
  module: (parts) => ({ module: CaptureService, imports: [...serviceGround(parts), CaptureModule] }),
  serves: [CaptureModule, AccessModule],
  runs: { [ACCESS_FOLLOWER]: 'each', [EVENT_INDEX_FOLLOWER]: 'one' },
  needs: [ACCESS_FOLLOWER, EVENT_INDEX_FOLLOWER],
  makesAdminKey: true,
};
