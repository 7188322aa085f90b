import { claim, until } from '../claims';
import { Recall } from '../recall';
import { lotName, Stage } from '../stage';

/** The figures are drawn up; the recall is completed, watched for a while, and ended by the authority. */
export async function closure(stage: Stage, recall: Recall): Promise<void> {
  const { narrator } = stage;
  narrator.begin('The recall is closed / 召回终止');
  await figures(stage, recall);
  const completing = await recall.move('complete', { summary: 'All holders have answered; stock is returned or destroyed.' });
  claim('the recall is completing', completing === 'completing', completing);
  await stage
    .desk(stage.code('fuseMaker'))
    .post(recall.path('file-report'), { kind: 'final', summary: '召回总结报告 / final report' });
  const clocks = (await recall.clocks()).filter(({ name }) => name === 'final-report');
  const met = clocks.length === recall.regimes.length && clocks.every(({ status }) => status === 'met');
  claim('the final report meets the clock of each regime', met, clocks);
  const monitored = await recall.move('monitor', { reason: 'Watched for returns and complaints.' });
  claim('the recall is monitored', monitored === 'monitored', monitored);
  const terminated = await recall.move('terminate', { reason: 'Measures were effective.' });
  claim('the recall is terminated', terminated === 'terminated', terminated);
  narrator.found('completed, final report in time, monitored, and terminated by the authority');
}

async function figures(stage: Stage, recall: Recall): Promise<void> {
  const { tasks, quantities } = await recall.progress();
  const holders = stage.affectedParties().size;
  claim(
    `all ${holders} holders are done`,
    tasks.total === holders && tasks.acknowledged === holders && tasks.acted === holders && tasks.done === holders,
    tasks,
  );
  const rows = stage.affectedLots.map((lot) => {
    const books = Object.values(stage.booksOf(lot));
    const sum = (of: (one: (typeof books)[number]) => number): number => books.reduce((total, one) => total + of(one), 0);
    const row = quantities.find(({ product }) => product === lot);
    const onHand = sum((one) => one.held + one.inTransit);
    const missing = stage.missing.get(lot) ?? 0;
    claim(`${lotName(lot)}: everything found was contained`, row?.contained === onHand - missing, row);
    claim(`${lotName(lot)}: and disposed of`, row?.disposed === onHand - missing, row);
    const sold = sum((one) => one.sold);
    claim(`${lotName(lot)}: what was sold is known`, row?.sold === sold, row);
    const used = sum((one) => one.consumed);
    return [lotName(lot), row?.produced ?? 0, used, onHand, row?.contained ?? 0, row?.disposed ?? 0, missing, sold].map(String);
  });
  const head = ['lot', 'made', 'used up', 'on hand', 'contained', 'disposed', 'missing', 'with consumers'];
  stage.narrator.table([head, ...rows]);
  const missing = [...stage.missing.values()].reduce((sum, one) => sum + one, 0);
  await until('all figures to close but the settled ones', async () => {
    const cases = await recall.differences();
    const settled = cases.every(({ state }) => state === 'settled');
    return settled && cases.reduce((sum, { difference }) => sum + difference, 0) === missing ? cases : undefined;
  });
  stage.narrator.found(
    `${tasks.total} told, ${tasks.acknowledged} acknowledged, ${tasks.acted} acted, ${tasks.done} done; all is accounted for, ${missing} pieces of it by the settled case`,
  );
}
