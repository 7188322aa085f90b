import { claim } from '../claims';
import { Recall } from '../recall';
import { lotName, Stage } from '../stage';

/** The recall is completed, the authority ends it, and the figures are drawn up. */
export async function closure(stage: Stage, recall: Recall): Promise<void> {
  const { narrator } = stage;
  narrator.begin('The recall is closed');
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
    const figures = quantities.find(({ product }) => product === lot);
    const onHand = sum((one) => one.held + one.inTransit);
    claim(`${lotName(lot)}: everything on hand was contained`, figures?.contained === onHand, figures);
    claim(`${lotName(lot)}: and disposed of`, figures?.disposed === onHand, figures);
    const sold = sum((one) => one.sold);
    claim(`${lotName(lot)}: what was sold is known`, figures?.sold === sold, figures);
    const used = sum((one) => one.consumed);
    return [lotName(lot), figures?.produced ?? 0, used, onHand, figures?.contained ?? 0, figures?.disposed ?? 0, sold].map(
      String,
    );
  });
  narrator.table([['lot', 'made', 'used up', 'on hand', 'contained', 'disposed', 'with consumers'], ...rows]);
  narrator.found(
    `${tasks.total} told, ${tasks.acknowledged} acknowledged, ${tasks.acted} acted, ${tasks.done} done; every piece on hand is accounted for`,
  );

  const completing = await recall.move('complete', { summary: 'All holders have answered; stock is returned or destroyed.' });
  claim('the recall is completing', completing === 'completing', completing);
  const terminated = await recall.move('terminate', { reason: 'Measures were effective.' });
  claim('the recall is terminated', terminated === 'terminated', terminated);
  narrator.found('completed, and terminated by the authority');
}
