import { claim } from '../claims';
import { answerInFull, noticeOf } from '../notices';
import { Recall } from '../recall';
import { Stage } from '../stage';

/** Everybody answers except one; who sent the delivery that nobody reported counts less than its books say, and reads on. */
export async function answers(stage: Stage, recall: Recall): Promise<void> {
  const { narrator } = stage;
  narrator.begin('Holders stop the sale, count, and send back or destroy / 停售、清点、退回或销毁');
  const straggler = stage.code('straggler');
  const senders = [...new Set(stage.script.late.map(({ from }) => from))];
  const early = [...stage.affectedParties()].filter(
    (party) => party !== straggler && party !== stage.code('lateShop') && !senders.includes(party),
  );
  // In a play that is played again the delivery is known from the start, and so is the shop that got it.
  const reading = stage.lateDeliveryKnown ? [...senders, stage.code('lateShop')] : senders;
  for (const party of reading) {
    const notice = await noticeOf(stage.desk(party), recall.id);
    await stage.desk(party).post(`/api/v1/notices/${notice?.id ?? ''}/acknowledge`, { by: stage.name(party) });
  }
  await narrator.each('holders answering', early, 4, (party) => answerInFull(stage, recall, party));
  const { tasks } = await recall.progress();
  claim(`${early.length} holders are done`, tasks.done === early.length, tasks);
  claim('and those who look for papers have read it', tasks.acknowledged === early.length + reading.length, tasks);
  narrator.found(
    `${tasks.done} of ${tasks.total} have acted and are done; ${reading.map((party) => stage.name(party)).join(' and ')} acknowledged and will count later, ${stage.name(straggler)} says nothing`,
  );
}
