import { captureStep } from '../capture';
import { claim, until } from '../claims';
import { answerInFull, noticeOf } from '../notices';
import { Recall } from '../recall';
import { Stage } from '../stage';

/** An event of April arrives in June: the shop it names gets its notice without anybody asking. */
export async function lateDelivery(stage: Stage, recall: Recall): Promise<void> {
  stage.narrator.begin('A holder turns up late / 迟到的持有者');
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
  const senders = new Set(stage.script.late.map(({ from }) => from));
  for (const party of [shop, ...senders]) await answerInFull(stage, recall, party);
}
