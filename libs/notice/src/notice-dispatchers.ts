import { Runner } from '@suyuan/platform';
import { ChannelDispatcher } from './channel-dispatcher';

export const WEBHOOK_DISPATCHER = 'webhook dispatcher';

/** The dispatchers of all channels that are configured here, started and stopped as one. */
export class NoticeDispatchers implements Runner {
  readonly name = WEBHOOK_DISPATCHER;

  constructor(private readonly dispatchers: readonly Pick<ChannelDispatcher, 'start' | 'stop' | 'nudge'>[]) {}

  async start(): Promise<void> {
    for (const dispatcher of this.dispatchers) await dispatcher.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.dispatchers.map(async (dispatcher) => dispatcher.stop()));
  }

  /** Something new is due: look now. */
  nudge(): void {
    for (const dispatcher of this.dispatchers) dispatcher.nudge();
  }
}
