import { Identifier, parseCode } from '@suyuan/gs1';
import { Problem } from '@suyuan/platform';
import { AncestryIdentity } from '@suyuan/trace/domain';
import { CheckAnswer, CLEAR } from './check-answer';
import { CheckIndex, Look } from './check-index';
import { bareIdentity } from './compiled-scope';
import { possibleOrigins, statedLot, withLot } from './identities';
import { ReadBatches } from './read-batches';

/** The graph as checks ask it; `TraceReader` is one. */
export interface GraphOfCodes {
  ancestries(keys: readonly string[]): Promise<ReadonlyMap<string, { readonly identities: readonly AncestryIdentity[] }>>;
  selfIdentities(keys: readonly string[]): Promise<ReadonlyMap<string, readonly AncestryIdentity[]>>;
}

/** How old the index is. */
export interface CheckFreshness {
  /** Every link that the graph may show is in the index: a code without links may be judged by itself. */
  readonly coversGraph: boolean;
  /** Too long without news from the log: nothing may be cleared. */
  readonly isStale: boolean;
}

/** Walks that share one snapshot, and how many such snapshots may be open. */
const WALKS_TOGETHER = 64;
const WALKS_MAX = 2;

/** Is this code recalled? Answers from the index in memory, and asks the graph only where the index can't tell. */
export class CodeCheck {
  private readonly selves: ReadBatches<readonly AncestryIdentity[]>;
  private readonly walks: ReadBatches<{ readonly identities: readonly AncestryIdentity[] }>;

  constructor(
    private readonly index: CheckIndex,
    private readonly graph: GraphOfCodes,
    private readonly freshness: () => CheckFreshness,
    walksMax = WALKS_MAX,
  ) {
    this.walks = new ReadBatches((keys) => this.graph.ancestries(keys), WALKS_TOGETHER, walksMax);
    this.selves = new ReadBatches((keys) => this.graph.selfIdentities(keys));
  }

  /** Throws a 503 rather than clear a code on old knowledge. */
  async check(code: Identifier): Promise<CheckAnswer> {
    const { coversGraph, isStale } = this.freshness();
    const look = coversGraph || this.index.recalls.size === 0 ? this.index.lookAt(code) : 'origins';
    const answer = look === 'clear' ? CLEAR : this.index.answer(code, await this.identities(code, look));
    if (answer.verdict === 'not_affected' && isStale) throw behind();
    return answer;
  }

  /** The code in any spelling, or the rule by which it is malformed. */
  read(text: string): ReturnType<typeof parseCode> {
    return parseCode(text);
  }

  private async identities(code: Identifier, look: Look): Promise<readonly AncestryIdentity[]> {
    const { key, kind } = code;
    const stated = statedLot(code);
    if (look === 'origins') return this.origins(key, stated);
    const known = look === 'self' ? await this.selves.get(key) : undefined;
    // Of a lot the units are known for which another lot is claimed as well; the lot itself comes first.
    if (kind === 'lot') return [bareIdentity(key), ...(known ?? [])];
    return [withLot(known?.[0] ?? bareIdentity(key), stated)];
  }

  private async origins(key: string, stated: string | undefined): Promise<readonly AncestryIdentity[]> {
    const [self = bareIdentity(key), ...rest] = (await this.walks.get(key))?.identities ?? [];
    if (stated === undefined || self.lots.includes(stated)) return [self, ...rest];
    const ofLot = await this.walks.get(stated);
    return [withLot(self, stated), ...rest, ...possibleOrigins(ofLot?.identities ?? [], [self, ...rest])];
  }
}

function behind(): Problem {
  return new Problem(
    503,
    'check/behind',
    'Not up to date',
    'The check has had no news from the log for too long to clear a code. Ask again.',
    undefined,
    { 'Retry-After': '2' },
  );
}
