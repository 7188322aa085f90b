import { createHash } from 'node:crypto';
import { claim } from '../claims';
import { Recall } from '../recall';
import { Stage } from '../stage';

interface Sample {
  readonly fraction: number;
  readonly seed: string;
  readonly frame: readonly string[];
  readonly drawn: readonly string[];
  readonly outcome: { readonly checked: number; readonly effective: number; readonly rate?: number };
}

interface Checks {
  readonly samples: readonly Sample[];
}

const SEED = 'demo';
const FOUND = { gotNotice: true, understood: true, foundProduct: true, acted: true };

/** The authority checks some holders itself, chosen so that anybody can choose them again. */
export async function effectiveness(stage: Stage, recall: Recall): Promise<void> {
  const { narrator } = stage;
  narrator.begin('Did it work? A sample is checked / 召回效果抽查');
  const { samples } = await stage.regulator.post<Checks>(recall.path('effectiveness/samples'), { level: 'C', seed: SEED });
  const [sample] = samples;
  claim('a sample is drawn', samples.length === 1 && sample !== undefined, samples);
  if (sample === undefined) return;
  const holders = await recall.holders();
  const frame = holders.map(({ noticeId }) => noticeId);
  claim('from all holders', [...sample.frame].sort().join() === frame.sort().join(), sample.frame);
  const mine = drawn(frame, SEED, sample.fraction);
  claim('drawn again by the play itself it is the same', sample.drawn.join() === mine.join(), { mine, drawn: sample.drawn });

  const [first] = mine;
  const missed = await check(stage, recall, { noticeId: first, method: 'phone', reached: false });
  claim('nobody answers the telephone at the first of them', missed.verdict === 'not_reached', missed);
  for (const noticeId of mine) await check(stage, recall, { noticeId, method: 'visit', reached: true, ...FOUND });
  const { outcome } = (await stage.regulator.get<Checks>(recall.path('effectiveness'))).samples[0] ?? {};
  claim(
    'each check passed',
    outcome?.checked === mine.length && outcome.effective === mine.length && outcome.rate === 1,
    outcome,
  );
  const checked = (await recall.holders()).filter(({ noticeId }) => mine.includes(noticeId));
  claim(
    'those checked are verified',
    checked.every(({ state }) => state === 'verified'),
    checked,
  );
  const names = checked.map(({ party }) => stage.name(party)).join(', ');
  narrator.found(
    `${mine.length} of ${frame.length} drawn by seed "${SEED}", the same when drawn again: ${names}; one not reached at first, then all found effective`,
  );
}

function check(stage: Stage, recall: Recall, found: object): Promise<{ verdict: string }> {
  return stage.regulator.post<{ verdict: string }>(recall.path('effectiveness/checks'), found);
}

/** The rule that the server names as its algorithm, worked out here once more. */
function drawn(frame: readonly string[], seed: string, fraction: number): string[] {
  const rank = (id: string): string => createHash('sha256').update(`${seed}\n${id}`).digest('hex');
  const ordered = [...frame].sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
  return ordered.slice(0, Math.ceil(fraction * ordered.length));
}
