import { inPath } from '../api';
import { claim, until } from '../claims';
import { noticeOf, Notice } from '../notices';
import { lotName, Stage } from '../stage';

interface Score {
  readonly holders: number;
  readonly secondsToHolderList: number | null;
  readonly quantityAccounted: number;
  readonly massBalanceError: number;
  readonly traceHoles: number;
  readonly passed: boolean;
}

interface Drill {
  readonly score: Score;
  readonly certificate?: { readonly validUntil: string };
}

/** A firm that no recall concerns practises with a lot of its own: same tasks, same figures, and nobody outside hears of it. */
export async function drill(stage: Stage): Promise<void> {
  const { narrator } = stage;
  const lot = stage.code('cerealLot');
  const books = stage.script.standings[lot] ?? {};
  const maker = stage.code('cerealMaker');
  const firm = stage.desk(maker);
  narrator.begin(`Meanwhile ${stage.name(maker)} holds a drill / 召回演练`);
  const started = await firm.post<{ id: string; lot: string }>('/api/v1/drills', { gtin: lot.split('/')[4], seed: 'demo' });
  claim('the drill is of its cereal', started.lot === lot, started);
  const { answer: notices } = await until('a task for every holder of the cereal', () =>
    everyNotice(stage, started.id, Object.keys(books)),
  );
  for (const [party, notice] of notices) await count(stage, party, notice);
  await firm.post(`/api/v1/recalls/${started.id}/complete`, { summary: 'Everything is accounted for.' });
  const { score, certificate } = await firm.get<Drill>(`/api/v1/recalls/${started.id}/drill`);
  claim('every holder was found', score.holders === notices.size && score.traceHoles === 0, score);
  claim('everything is accounted for', score.quantityAccounted === 1 && score.massBalanceError === 0 && score.passed, score);
  claim('it has a certificate', certificate !== undefined, score);
  const outside = await stage.admin.withKey(undefined).get<{ verdict: string }>(`/api/v1/check/${inPath(lot)}`);
  claim('no till knows of it', outside.verdict === 'not_affected', outside);
  narrator.found(
    `lot ${lotName(lot)}: ${score.holders} holders listed in ${score.secondsToHolderList ?? 0} s, ${score.quantityAccounted * 100} % accounted for, balance error ${score.massBalanceError}; passed, certificate until ${certificate?.validUntil.slice(0, 10) ?? ''}; tills know nothing of it`,
  );
}

async function everyNotice(stage: Stage, drillId: string, parties: readonly string[]): Promise<Map<string, Notice> | undefined> {
  const notices = new Map<string, Notice>();
  for (const party of parties) {
    const notice = await noticeOf(stage.desk(party), drillId);
    if (notice !== undefined) notices.set(party, notice);
  }
  return notices.size === parties.length ? notices : undefined;
}

/** In a drill goods are found and counted, and nothing is moved. */
async function count(stage: Stage, party: string, notice: Notice): Promise<void> {
  const path = `/api/v1/notices/${notice.id}`;
  await stage.desk(party).post(`${path}/acknowledge`, { by: stage.name(party) });
  await stage.desk(party).post(`${path}/reconcile`, {
    lines: notice.quantities.map(({ product, uom, held, sold, consumed }) => {
      const moved = stage.movedOn(product, party);
      return { product, uom, onHand: held, sold, consumed, moved };
    }),
  });
}
