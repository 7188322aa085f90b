import { claim, until } from '../claims';
import { noticeOf } from '../notices';
import { QUICK_REGIME, Recall } from '../recall';
import { lotName, Stage } from '../stage';
import { WebhookReceiver } from '../webhook-receiver';

/** The regulator orders a recall of everything with these fuses; every holder has its notice at once. */
export async function order(stage: Stage, receiver: WebhookReceiver | undefined): Promise<Recall> {
  const { narrator } = stage;
  narrator.begin('The authority orders a recall of everything that contains these fuses / 责令召回');
  const regimes = await knownOf(stage, ['cn-consumer', QUICK_REGIME]);
  const made = await stage.regulator.post<{ id: string; state: string }>('/api/v1/recalls', {
    title: '热熔断器不动作，暖风机和插线板可能起火 / Thermal fuses that do not open: heaters and power strips may catch fire',
    mode: 'real',
    regimes,
    basis: 'ordered',
    depth: 'consumer',
    reason: 'Thermal fuse lot F2405 stays closed above its rated temperature',
    hazard: 'Overheating and fire',
    product: 'Products with thermal fuses TF-130 of lot F2405',
    scope: { include: [{ gtin: stage.code('fuseLot').split('/')[4], lots: ['F2405'] }] },
    remedy: 'Full refund, return postage paid',
    instructions:
      '立即停止销售，断电隔离并退回。消费者请立即拔掉电源，送回任一门店退款。\nStop selling, unplug, keep apart and send back. Consumers: unplug it now and bring it to any shop.',
    contacts: [{ name: 'Recall desk', phone: '+86 10 5550 0100', email: 'recall@example.org' }],
  });
  const recall = new Recall(stage, made.id, regimes);
  const begin = Date.now();
  claim('the recall is active', (await recall.move('activate', {})) === 'active');
  const expected = stage.affectedParties();
  const { answer } = await until('a task for every holder', async () => {
    const { tasks } = await recall.progress();
    return tasks.total >= expected.size ? tasks : undefined;
  });
  claim(`${expected.size} parties have a task, as the books say`, answer.total === expected.size, answer);
  narrator.found(
    `${answer.total} holders found and told ${Date.now() - begin} ms after activation: makers, importer, centres, shops, mall, workshop`,
  );
  await everyInbox(stage, recall, expected);
  if (receiver !== undefined) await mallTakesIt(stage, recall, receiver);
  return recall;
}

/** Those of these regimes that the server has: one that runs already may lack the play's own. */
async function knownOf(stage: Stage, wanted: readonly string[]): Promise<string[]> {
  const { items } = await stage.regulator.get<{ items: { id: string }[] }>('/api/v1/regimes');
  return wanted.filter((id) => items.some((one) => one.id === id));
}

/** Everybody concerned finds a notice under its own key, and nobody else does. */
async function everyInbox(stage: Stage, recall: Recall, concerned: ReadonlySet<string>): Promise<void> {
  for (const [party, desk] of stage.desks) {
    if (party === stage.code('regulator')) continue;
    const notice = await noticeOf(desk, recall.id);
    claim(
      `${stage.name(party)} has ${concerned.has(party) ? 'a' : 'no'} notice`,
      (notice !== undefined) === concerned.has(party),
      notice,
    );
    if (notice === undefined) continue;
    for (const lot of stage.affectedLots) {
      const standing = stage.booksOf(lot)[party];
      const named = notice.quantities.find(({ product }) => product === lot);
      const seen = (['held', 'inTransit', 'sold', 'consumed'] as const).map((state) => named?.[state] ?? 0);
      const books = (['held', 'inTransit', 'sold', 'consumed'] as const).map((state) => standing?.[state] ?? 0);
      claim(`the notice of ${stage.name(party)} names its quantities of ${lotName(lot)}`, seen.join() === books.join(), {
        seen,
        books,
      });
    }
  }
  // The shop of the forgotten delivery is not spared: it is only not known yet.
  const leftOut = new Set([stage.code('regulator'), stage.code('lateShop')]);
  const spared = [...stage.desks.keys()].filter((party) => !concerned.has(party) && !leftOut.has(party));
  stage.narrator.found(
    `each inbox names its own quantities; ${spared.length} parties with other goods (${spared.map((party) => stage.name(party)).join(', ')}) hear nothing`,
  );
}

async function mallTakesIt(stage: Stage, recall: Recall, receiver: WebhookReceiver): Promise<void> {
  const { answer, ms } = await until('the webhook', async () =>
    receiver.arrived.find(({ notice }) => notice.recallId === recall.id),
  );
  const mine = await noticeOf(stage.desk(stage.code('mall')), recall.id);
  claim('the webhook brought the notice of the inbox', answer.notice.id === mine?.id, answer);
  await until('the delivery to be known', async () => ((await recall.progress()).tasks.delivered >= 1 ? true : undefined));
  stage.narrator.found(
    `the mall's own system took its notice over a signed webhook ${ms < 1000 ? 'within a second' : `after ${Math.round(ms / 1000)} s`} (${answer.webhookId.slice(0, 60)})`,
  );
}
