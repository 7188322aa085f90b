import { setTimeout as sleep } from 'node:timers/promises';
import { LogAway } from './log-away';
import type { StoreGateway } from './store-gateway';

const PATIENCE_MS = 20_000;
const RETRY_MS = 100;

/**
 * Does the work again while the connection is what fails. Throws `LogAway` when it has failed for too long or `signal`
 * aborts, any other error at once. The work must be harmless to repeat.
 */
export async function patiently<T>(gateway: StoreGateway, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!gateway.isPassing(error)) throw error;
      if (Date.now() > deadline || signal?.aborted === true) throw new LogAway('The event store does not answer.');
      await sleep(RETRY_MS);
    }
  }
}
