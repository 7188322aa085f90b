import { claim, until } from '../claims';
import { answerInFull } from '../notices';
import { Case, Recall } from '../recall';
import { lotName, Stage } from '../stage';

const MISSING = 3;

/** The last holder answers, and declares less than was sent to it: a case until it is explained and settled. */
export async function discrepancy(stage: Stage, recall: Recall): Promise<void> {
  const { narrator } = stage;
  narrator.begin('Figures that do not close / 数量不符');
  const party = stage.code('straggler');
  const product = stage.code('stripLot');
  stage.missing.set(product, MISSING);
  await answerInFull(stage, recall, party, { missing: { product, quantity: MISSING } });
  const { answer: found } = await until('a case', async () => only(await recall.differences()));
  claim('the case is of this holder and lot', found.party === party && found.product === product, found);
  claim('it says how much is missing', found.difference === MISSING && found.derived - found.declared === MISSING, found);
  claim('nobody is silent any more', ((await recall.progress()).byState['non_responsive'] ?? 0) === 0);
  narrator.found(
    `${stage.name(party)} answers at last and declares ${found.difference} power strips of ${lotName(product)} fewer than reached it; everybody else's figures close`,
  );
  const explained = await word(
    stage,
    recall,
    party,
    found,
    'explain',
    '三件破损，召回前已作废弃处理 / three broke and were thrown away before the recall',
  );
  claim('the holder explains', explained.state === 'explained', explained);
  const settled = await word(stage, recall, stage.code('regulator'), found, 'settle', '有废弃记录 / waste record seen');
  claim('the authority settles', settled.state === 'settled', settled);
  narrator.found(`it explains: "${explained.reason ?? ''}"; the authority settles: "${settled.reason ?? ''}"`);
}

/** All figures but these agree, once the comparison has caught up with the answers. */
function only(cases: readonly Case[]): Case | undefined {
  return cases.length === 1 ? cases[0] : undefined;
}

function word(
  stage: Stage,
  recall: Recall,
  by: string,
  { caseId }: Case,
  verb: 'explain' | 'settle',
  reason: string,
): Promise<Case> {
  return stage.desk(by).post<Case>(recall.path(`discrepancies/${caseId}/${verb}`), { reason });
}
