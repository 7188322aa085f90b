/** A deadline of a regime. `wd` counts Monday to Friday; public holidays and make-up days are not known here and said so. */
export interface RegimeTimer {
  readonly name: string;
  readonly anchor: 'decided' | 'activated' | 'completed';
  readonly limit: { readonly unit: 'h' | 'cd' | 'wd'; readonly count: number };
  readonly duty: 'producer' | 'operator' | 'platform' | 'authority';
  readonly evidence: 'read' | 'second-hand' | 'unverified';
}

/** What differs from law to law, as data. `answers`: hours from a holder's notice to each of its answers. */
export interface Regime {
  readonly id: string;
  readonly name: string;
  readonly jurisdiction: 'CN' | 'EU' | 'US' | '-';
  readonly terminates: 'authority';
  readonly classes: readonly string[];
  readonly answers: { readonly acknowledgeHours: number; readonly containHours: number; readonly reconcileHours: number };
  readonly timers: readonly RegimeTimer[];
}

const timer = (
  name: string,
  anchor: RegimeTimer['anchor'],
  count: number,
  unit: 'h' | 'cd' | 'wd',
  duty: RegimeTimer['duty'],
  evidence: RegimeTimer['evidence'],
): RegimeTimer => ({
  name,
  anchor,
  limit: { unit, count },
  duty,
  evidence,
});

const ordinary = { acknowledgeHours: 24, containHours: 48, reconcileHours: 240 };
const urgent = { acknowledgeHours: 8, containHours: 24, reconcileHours: 120 };

/**
 * The profiles that recalls may name. Times that rest on second-hand or unverified sources are marked so and must be
 * confirmed against the law before anybody relies on them. The hours for answers are Suyuan's own defaults.
 */
const profiles: readonly Regime[] = [
  {
    id: 'cn-consumer',
    name: '消费品召回管理暂行规定 (SAMR Order 19, 2020)',
    jurisdiction: 'CN',
    terminates: 'authority',
    classes: [],
    answers: ordinary,
    timers: [
      timer('stop-sale', 'decided', 0, 'h', 'operator', 'read'),
      timer('plan', 'decided', 10, 'wd', 'producer', 'second-hand'),
      timer('publish', 'activated', 3, 'wd', 'producer', 'second-hand'),
      timer('platform-delist', 'activated', 24, 'h', 'platform', 'second-hand'),
      timer('progress-report', 'activated', 90, 'cd', 'producer', 'second-hand'),
      timer('final-report', 'completed', 15, 'wd', 'producer', 'second-hand'),
    ],
  },
  {
    id: 'cn-food',
    name: '食品召回管理办法 (2015, amended 2020)',
    jurisdiction: 'CN',
    terminates: 'authority',
    classes: ['I', 'II', 'III'],
    answers: urgent,
    timers: [
      timer('start', 'decided', 24, 'h', 'producer', 'second-hand'),
      timer('finish', 'activated', 10, 'wd', 'producer', 'second-hand'),
    ],
  },
  {
    id: 'cn-drug',
    name: '药品召回管理办法 (2022)',
    jurisdiction: 'CN',
    terminates: 'authority',
    classes: ['I', 'II', 'III'],
    answers: urgent,
    timers: [
      timer('notify', 'decided', 1, 'cd', 'producer', 'unverified'),
      timer('final-report', 'completed', 10, 'wd', 'producer', 'unverified'),
    ],
  },
  {
    id: 'cn-device',
    name: '医疗器械召回管理办法 (Order 29, 2017)',
    jurisdiction: 'CN',
    terminates: 'authority',
    classes: ['I', 'II', 'III'],
    answers: urgent,
    timers: [
      timer('notify', 'decided', 1, 'cd', 'producer', 'second-hand'),
      timer('plan', 'decided', 5, 'wd', 'producer', 'second-hand'),
    ],
  },
  {
    id: 'eu-gpsr',
    name: 'Regulation (EU) 2023/988 (GPSR)',
    jurisdiction: 'EU',
    terminates: 'authority',
    classes: ['serious', 'high', 'medium', 'low'],
    answers: ordinary,
    timers: [
      timer('safety-gateway', 'decided', 0, 'h', 'producer', 'read'),
      timer('marketplace-order', 'activated', 2, 'wd', 'platform', 'read'),
    ],
  },
  {
    id: 'eu-food',
    name: 'Regulation (EC) 178/2002 and (EU) 2019/1715 (RASFF)',
    jurisdiction: 'EU',
    terminates: 'authority',
    classes: [],
    answers: urgent,
    timers: [timer('alert-notification', 'decided', 48, 'h', 'authority', 'read')],
  },
  {
    id: 'us-cpsc',
    name: '15 USC 2064 (CPSC section 15(b)) and Fast Track',
    jurisdiction: 'US',
    terminates: 'authority',
    classes: ['A', 'B', 'C'],
    answers: ordinary,
    timers: [
      timer('report', 'decided', 24, 'h', 'producer', 'unverified'),
      timer('corrective-action', 'decided', 20, 'wd', 'producer', 'read'),
      timer('progress-report', 'activated', 30, 'cd', 'producer', 'read'),
    ],
  },
  {
    id: 'us-fda-part7',
    name: '21 CFR part 7',
    jurisdiction: 'US',
    terminates: 'authority',
    classes: ['I', 'II', 'III'],
    answers: urgent,
    timers: [timer('status-report', 'activated', 28, 'cd', 'producer', 'second-hand')],
  },
  {
    id: 'us-fsma204',
    name: '21 CFR 1 subpart S (FSMA 204)',
    jurisdiction: 'US',
    terminates: 'authority',
    classes: [],
    answers: ordinary,
    timers: [timer('sortable-records', 'activated', 24, 'h', 'operator', 'second-hand')],
  },
  {
    id: 'drill',
    name: 'Recall drill',
    jurisdiction: '-',
    terminates: 'authority',
    classes: [],
    answers: { acknowledgeHours: 1, containHours: 2, reconcileHours: 4 },
    timers: [timer('full-account', 'activated', 4, 'h', 'producer', 'second-hand')],
  },
];

export const REGIMES: ReadonlyMap<string, Regime> = new Map(profiles.map((regime) => [regime.id, regime]));

const HOUR_MS = 3_600_000;

/** By when a notice issued at `at` wants its answers: the strictest of the recall's regimes. */
export function dueTimes(regimes: readonly string[], at: Date): { acknowledge: string; contain: string; reconcile: string } {
  const answers = regimes.flatMap((id) => REGIMES.get(id)?.answers ?? []);
  const hours = (pick: (one: Regime['answers']) => number): number =>
    Math.min(...(answers.length === 0 ? [ordinary] : answers).map(pick));
  const after = (count: number): string => new Date(at.getTime() + count * HOUR_MS).toISOString();
  return {
    acknowledge: after(hours((one) => one.acknowledgeHours)),
    contain: after(hours((one) => one.containHours)),
    reconcile: after(hours((one) => one.reconcileHours)),
  };
}

/** When a timer that was anchored at `anchor` ends. */
export function timerEnds(limit: RegimeTimer['limit'], anchor: Date): Date {
  if (limit.unit === 'h') return new Date(anchor.getTime() + limit.count * HOUR_MS);
  const end = new Date(anchor.getTime());
  for (let left = limit.count; left > 0;) {
    end.setUTCDate(end.getUTCDate() + 1);
    if (limit.unit === 'cd' || (end.getUTCDay() !== 0 && end.getUTCDay() !== 6)) left -= 1;
  }
  return end;
}
