import { Agent, request } from 'undici';
import { AttemptOutcome } from '../domain/delivery-verdict';
import { EgressPolicy, guardedAgent, Resolve } from '@suyuan/platform';

/** More of an answer than this is not read: only its status counts. */
const ANSWER_BYTES_MAX = 64 * 1024;

/** Sends one signed request to one receiver. Never throws: whatever happens is an outcome. */
export class WebhookSender {
  private readonly agent: Agent;

  /** @param timeoutMs for the whole attempt: name, connection, request and the head of the answer. */
  constructor(
    policy: EgressPolicy,
    private readonly timeoutMs: number,
    resolve?: Resolve,
  ) {
    this.agent = guardedAgent(policy, timeoutMs, resolve);
  }

  async post(url: string, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<AttemptOutcome> {
    try {
      const answer = await request(targetOf(url), {
        method: 'POST',
        dispatcher: this.agent,
        headers: { 'content-type': 'application/json', 'user-agent': 'suyuan-webhooks', ...headers },
        body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.timeoutMs)]),
      });
      // Read to free the connection; what it says, or whether it ends, changes nothing. The attempt's own signal bounds it.
      await answer.body.dump({ limit: ANSWER_BYTES_MAX, signal: AbortSignal.timeout(2000) }).catch(() => undefined);
      const retryAfter = answer.headers['retry-after'];
      return { status: answer.statusCode, ...(typeof retryAfter === 'string' ? { retryAfter } : {}) };
    } catch (error) {
      return { error: explain(error, this.timeoutMs) };
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

function targetOf(text: string): URL {
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Error(`${url.protocol} is not a web address`);
  if (url.username !== '' || url.password !== '') throw new Error('a name or password in the address is not accepted');
  return url;
}

function explain(thrown: unknown, timeoutMs: number): string {
  const error = thrown as Partial<AggregateError>;
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  if (error.name === 'AbortError') return 'stopped before the answer came';
  // Node joins the faults of several addresses into one error whose own message is empty.
  const first = (error.errors?.[0] as Error | undefined)?.message;
  return first ?? (error.message || error.name || 'no connection');
}
