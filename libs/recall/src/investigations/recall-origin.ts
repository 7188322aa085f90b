import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isAuthority, Principal } from '@suyuan/access';
import { Problem } from '@suyuan/platform';
import { RecallDecided } from '../domain/recall.events';
import { evolveRecall, noRecall, RecallState } from '../domain/recall.state';
import { Outcome } from '../processes/decided-stream';
import { RecallStreams } from '../processes/recall-streams';
import { PersonalData } from '../privacy/personal-data';
import { Investigations } from './investigations';

/** The investigation that a recall grew out of, and since when the danger is known. */
export interface Origin {
  readonly investigationId: string;
  readonly knownAt: string;
}

/** What is asked for: the same twice is one recall. */
export type AskedRecall = Pick<RecallDecided, 'mode' | 'basis' | 'content' | 'by'>;

/** The one recall that an investigation leads to: whoever asks again, after whatever crash, means this one. */
export function recallIdOf(investigationId: string): string {
  const hash = createHash('sha256').update(`recall of ${investigationId}`).digest('hex');
  return `rc-${[hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join('-')}`;
}

/**
 * From an investigation to its recall. Two streams are written, one after the other: what a crash leaves undone is done by
 * asking again, and by the recall process without anybody asking.
 */
export class RecallOrigin {
  constructor(
    private readonly investigations: Investigations,
    private readonly streams: RecallStreams,
    private readonly personal: PersonalData,
  ) {}

  /** @throws a 400 for an investigation that the caller does not see, or that led elsewhere */
  async of(investigationId: string, caller: Principal): Promise<Origin> {
    const { phase, producers, knownAt, recallId } = await this.investigations.state(investigationId);
    const mayUse = isAuthority(caller) || (caller.party !== undefined && producers.includes(caller.party));
    if (phase === 'absent' || !mayUse) throw refused('there is no such investigation');
    if (phase === 'closed' || (phase === 'led_to_recall' && recallId !== recallIdOf(investigationId)))
      throw refused(`this investigation is ${phase}`);
    return { investigationId, knownAt };
  }

  /**
   * The recall of this investigation, if it has been decided already by the same request; its link is complete then.
   *
   * @throws a 400 where another request decided it
   */
  async decidedBefore(investigationId: string, asked: AskedRecall): Promise<Outcome<RecallState> | undefined> {
    const id = recallIdOf(investigationId);
    const decision = await this.streams.decisionOf(id);
    if (decision === undefined) return undefined;
    await this.investigations.decided(investigationId, id);
    const { mode, basis, by } = decision;
    const { content } = await this.personal.filledOne(evolveRecall(noRecall, decision));
    if (!isDeepStrictEqual(plain({ mode, basis, content, by }), plain(asked)))
      throw refused(`this investigation led to recall ${id}`);
    return { ...(await this.streams.recallAt(id)), changed: false };
  }
}

const plain = (asked: unknown): unknown => JSON.parse(JSON.stringify(asked));

function refused(message: string): Problem {
  const rule = 'recall/bad-investigation';
  return Problem.badRequest(rule, message, [{ pointer: '/investigationId', rule, message }]);
}
