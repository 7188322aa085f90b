import { claim } from '../claims';
import { captureStep } from '../capture';
import { until } from '../claims';
import { answerInFull, noticeOf } from '../notices';
import { Recall } from '../recall';
import { Stage } from '../stage';

/** Everybody answers except one; then a forgotten delivery comes to light, and the last one wakes up. */
export async function answers(stage: Stage, recall: Recall): Promise<void> {
  const { narrator } = stage;
  narrator.begin('Holders stop the sale, count, and send back or destroy');
  const straggler = stage.code('straggler');
  // Who sent the forgotten delivery counts less than its books say, and looks for the papers before it answers.
  const senders = new Set(stage.script.late.map(({ from }) => from));
  const early = [...stage.affectedParties()].filter(
    (party) => party !== straggler && party !== stage.code('lateShop') && !senders.has(party),
  );
  await narrator.each('holders answering', early, 4, (party) => answerOf(stage, recall, party));
  const before = (await recall.progress()).tasks;
  claim(`${early.length} holders have answered`, before.acknowledged === early.length && before.done === early.length, before);
  narrator.found(
    `${before.acknowledged} of ${before.total} acknowledged, acted and done; ${stage.name(straggler)} says nothing, ${[...senders].map((party) => stage.name(party)).join(', ')} looks for papers`,
  );

  await forgottenDelivery(stage, recall);
  await answerOf(stage, recall, straggler);
  narrator.found(`${stage.name(straggler)} answers at last`);
}

/** An event of April arrives in June: the shop it names gets its notice without anybody asking. */
async function forgottenDelivery(stage: Stage, recall: Recall): Promise<void> {
  const shop = stage.code('lateShop');
  const desk = stage.desk(shop);
  const known = stage.lateDeliveryKnown;
  if (!known) claim(`${stage.name(shop)} has no notice yet`, (await noticeOf(desk, recall.id)) === undefined);
  for (const step of stage.script.steps.filter((one) => one.phase === 'late')) await captureStep(stage, step);
  stage.lateDeliveryKnown = true;
  const { answer, ms } = await until(`a notice for ${stage.name(shop)}`, () => noticeOf(desk, recall.id));
  const quantities = answer.quantities.map(({ inTransit }) => inTransit).sort((a, b) => b - a);
  claim('it names what is on its way there', JSON.stringify(quantities) === '[40,4]', answer.quantities);
  const told = known ? 'was known from an earlier play and has its notice' : `gets its notice by itself, ${ms} ms later`;
  stage.narrator.found(`a delivery of 23 April is reported only now: ${stage.name(shop)} (4 heaters, 40 strips) ${told}`);
  await answerOf(stage, recall, shop);
  for (const sender of new Set(stage.script.late.map(({ from }) => from))) await answerOf(stage, recall, sender);
}

async function answerOf(stage: Stage, recall: Recall, party: string): Promise<void> {
  const desk = stage.desk(party);
  const notice = await noticeOf(desk, recall.id);
  claim(`${stage.name(party)} has a notice`, notice !== undefined);
  if (notice !== undefined)
    await answerInFull(desk, notice, stage.name(party), party === stage.code('fuseMaker') ? 'destroyed' : 'returned');
}
