import { inPath } from '../api';
import { claim, until } from '../claims';
import { answerInFull, Notice, noticeOf } from '../notices';
import { Recall } from '../recall';
import { lotName, Stage } from '../stage';

/** Tests find the next lot of fuses bad too: who has some of it is told what came with it, who has none keeps its peace. */
export async function scopeChange(stage: Stage, recall: Recall): Promise<void> {
  const { narrator } = stage;
  const lot = stage.code('goodFuseLot');
  narrator.begin(`A second lot fails its test: ${lotName(lot)} / 扩大召回范围`);
  const before = stage.affectedParties();
  const lots = ['fuseLot', 'goodFuseLot'].map((name) => lotName(stage.code(name)));
  const gtin = lot.split('/')[4];
  await recall.move('amend', { scope: { include: [{ gtin, lots }] }, reason: `Fuses of lot ${lotName(lot)} do not open either` });
  stage.secondLotRecalled = true;
  const concerned = stage.affectedParties();
  const news = await newsOf(stage, recall, concerned, before);
  const holders = (of: string): boolean => stage.secondLots.some((one) => stage.booksOf(one)[of] !== undefined);
  const fresh = [...concerned].filter((party) => !before.has(party));
  const more = [...concerned].filter((party) => before.has(party) && holders(party));
  for (const party of concerned) {
    const { kind, changes } = news.get(party) ?? {};
    const added = stage.secondLots.filter((one) => onHand(stage, one, party) > 0);
    const expected = fresh.includes(party) ? 'recall' : 'update';
    claim(`${stage.name(party)} has ${expected === 'recall' ? 'a first notice' : 'an update'}`, kind === expected, kind);
    const right = expected === 'recall' || [...(changes?.added ?? [])].sort().join() === added.sort().join();
    claim(`and it says what came with it: ${added.join(', ') || 'nothing'}`, right, changes);
  }
  const names = (parties: readonly string[]): string => parties.map((party) => stage.name(party)).join(', ');
  narrator.found(
    `${names(fresh)} gets a first notice; ${names(more)} an update that names the new goods; ${concerned.size - fresh.length - more.length} others learn that nothing of theirs is new`,
  );
  await dutiesOf(stage, recall, [...fresh, ...more], concerned.size);
  const verdict = await stage.admin
    .withKey(undefined)
    .get<{ recalls: { id: string }[] }>(`/api/v1/check/${inPath(stage.code('goodHeater'))}`);
  claim(
    'the till blocks its heaters now',
    verdict.recalls.some(({ id }) => id === recall.id),
    verdict,
  );
  const { items } = await stage.regulator.get<{ items: { version: number; by: string; reason?: string }[] }>(
    recall.path('scope-versions'),
  );
  claim('both versions of the scope are kept', items.length === 2 && items[1]?.by === 'authority', items);
  narrator.found(
    `those ${fresh.length + more.length} answer for the new goods; ${stage.code('goodHeater').split('/21/')[1] ?? ''} is blocked at the till; both versions of the scope stay on record`,
  );
}

/** The notices as they are once everybody was told of the new scope. */
async function newsOf(
  stage: Stage,
  recall: Recall,
  concerned: ReadonlySet<string>,
  before: ReadonlySet<string>,
): Promise<Map<string, Notice>> {
  const news = new Map<string, Notice>();
  await stage.narrator.each('who is told what', [...concerned], 4, async (party) => {
    const { answer } = await until(`news for ${stage.name(party)}`, async () => {
      const notice = await noticeOf(stage.desk(party), recall.id);
      return notice !== undefined && (notice.kind === 'update' || !before.has(party)) ? notice : undefined;
    });
    news.set(party, answer);
  });
  return news;
}

/** Whoever has goods of the second lot is not done any more, and answers for them. */
async function dutiesOf(stage: Stage, recall: Recall, parties: readonly string[], total: number): Promise<void> {
  const withMore = parties.filter((party) => stage.secondLots.some((lot) => onHand(stage, lot, party) > 0));
  const { tasks } = await recall.progress();
  claim(`${withMore.length} of ${total} have something to do again`, tasks.done === total - withMore.length, tasks);
  await stage.narrator.each('answering for the second lot', parties, 4, (party) =>
    answerInFull(stage, recall, party, { disposeOnly: stage.secondLots }),
  );
}

function onHand(stage: Stage, lot: string, party: string): number {
  const books = stage.booksOf(lot)[party];
  return (books?.held ?? 0) + (books?.inTransit ?? 0);
}
