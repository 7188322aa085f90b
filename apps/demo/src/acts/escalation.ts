import { claim, until } from '../claims';
import { noticeOf } from '../notices';
import { Recall } from '../recall';
import { Stage } from '../stage';

const CLIMB_MS = 20_000;

/** Who does not answer is reminded, then by every channel, then named to the authority: by the quick regime within seconds. */
export async function escalation(stage: Stage, recall: Recall): Promise<void> {
  if (!recall.hasQuickRegime) return;
  const { narrator } = stage;
  narrator.begin('A silent holder is reminded, then named to the authority / 催告与上报');
  const straggler = stage.code('straggler');
  const silent = async (): Promise<string[]> =>
    (await recall.holders()).filter(({ state }) => state === 'non_responsive').map(({ party }) => party);
  await narrator.wait('clocks running out', () =>
    until(
      `${stage.name(straggler)} to be named`,
      async () => ((await silent()).includes(straggler) ? true : undefined),
      CLIMB_MS,
    ),
  );
  const named = await silent();
  claim('nobody else is named', named.length === 1, named);
  const past = await recall.timelineOf(straggler);
  const reminders = past.filter(({ type, kind }) => type === 'NoticeIssued' && kind === 'reminder').length;
  claim('it was reminded twice', reminders === 2, past);
  const rungs = past.filter(({ type }) => type === 'TaskEscalated').length;
  claim('three rungs of the ladder were climbed', rungs === 3, past);
  const mark = past.find(({ type }) => type === 'TaskMarked');
  claim('and marked with a reason', mark?.reason !== undefined, past);
  const notice = await noticeOf(stage.desk(straggler), recall.id);
  claim('its inbox shows the reminder', notice?.kind === 'reminder', notice);
  narrator.found(
    `${stage.name(straggler)}: reminded twice, then named as not responding, all by the clock. "${mark?.reason ?? ''}"`,
  );
}
