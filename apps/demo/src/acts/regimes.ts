import { claim } from '../claims';
import { Clock, Recall } from '../recall';
import { Stage } from '../stage';

/** The law and the firm's own rule count side by side; the maker files its plan, and both clocks of the plan stop. */
export async function regimes(stage: Stage, recall: Recall): Promise<void> {
  const { narrator } = stage;
  narrator.begin('The clocks of the law, and of the house / 法定时限与企业自定时限');
  const before = plans(await recall.clocks());
  claim(
    'each regime has a clock of its own for the plan',
    before.map(({ regime }) => regime).join() === recall.regimes.join(),
    before,
  );
  claim(
    'all of them run',
    before.every(({ status }) => status === 'running'),
    before,
  );
  const plan = {
    product: 'TF-130, F2405',
    hazard: 'fire / 起火',
    measures: 'full refund / 全额退款',
    organisation: 'Huaxing Thermal Fuses / 华星热熔断器',
    contacts: '+86 10 5550 0100',
    schedule: '30 days / 30日内',
  };
  await stage.desk(stage.code('fuseMaker')).post(`/api/v1/recalls/${recall.id}/plan`, { plan });
  const after = plans(await recall.clocks());
  claim(
    'the plan meets them',
    after.every(({ status }) => status === 'met'),
    after,
  );
  const { plan: accepted } = await stage.regulator.post<{ plan?: { status: string } }>(
    `/api/v1/recalls/${recall.id}/accept-plan`,
    {},
  );
  claim('the authority accepts the plan', accepted?.status === 'accepted', accepted);
  const said = before.map(({ regime, limit }) => `${inWords(limit)} (${regime})`).join(' and ');
  narrator.found(
    `a plan is due within ${said}: ${stage.name(stage.code('fuseMaker'))} files it in time, the authority accepts it`,
  );
  if (!recall.hasQuickRegime)
    narrator.say(
      '(This server does not know the regime demo-quick, see SUYUAN_REGIMES_DIR: the act of the silent holder is skipped.)',
    );
}

const UNITS: Readonly<Record<string, string>> = { wd: 'working days', min: 'minutes' };
const inWords = (limit: string): string => limit.replace(/[a-z]+$/, (unit) => UNITS[unit] ?? unit);
const plans = (clocks: readonly Clock[]): Clock[] => clocks.filter(({ name }) => name === 'plan');
