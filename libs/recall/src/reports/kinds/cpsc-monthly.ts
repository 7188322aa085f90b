import { HolderTaskState } from '../../domain/holder-task.state';
import { sum } from '../../domain/sums';
import { disposed } from '../recovered';
import { ReportSource } from '../report-source';
import { Cell, number, Report, text } from '../table';

const EVERY_METHOD = ['returned', 'destroyed', 'reworked'] as const;

/** The monthly progress report of a CPSC corrective action: units affected and corrected at each level, unit by unit. */
export function cpscMonthly(source: ReportSource): Report {
  const { state, tasks, totals, from, to } = source;
  const live = tasks.filter(({ released }) => !released);
  const makers = new Set(state.producers);
  const sells = ({ holding }: HolderTaskState): boolean => holding?.rows.some((row) => row.state === 'sold') ?? false;
  const levels: readonly (readonly [string, (task: HolderTaskState) => boolean])[] = [
    ['manufacturer', ({ party }) => makers.has(party)],
    ['distributor', (task) => !makers.has(task.party) && !sells(task)],
    ['retailer', (task) => !makers.has(task.party) && sells(task)],
  ];
  const rows = [...new Set(totals.map(({ uom }) => uom))].sort().flatMap((uom) => {
    const corrected = (some: readonly HolderTaskState[], at: string): number =>
      sum(some.map((task) => disposed(task, uom, at, EVERY_METHOD)));
    const sold = sum(totals.filter((row) => row.uom === uom).map(({ derived }) => derived.sold));
    return [
      ...levels.map(([level, belongs]): readonly Cell[] => {
        const own = live.filter(belongs);
        const all = corrected(own, to);
        return [level, uom, sum(own.map((task) => held(task, uom))), sum([all, -corrected(own, from)]), all];
      }),
      ['consumer', uom, sold, null, null],
    ];
  });
  return {
    kind: 'cpsc-monthly',
    title: `Monthly progress report: ${state.content?.title ?? ''}`,
    facts: [
      ['recall', source.id],
      ['period from', from],
      ['period to', to],
    ],
    sheets: [
      {
        name: 'Levels',
        columns: [text('level'), text('unit'), ...['affected', 'corrected this period', 'corrected in all'].map(number)],
        rows,
      },
    ],
    notes: [
      'Corrections at consumers, incidents, injuries, deaths, calls, page views and posts are not known here: fill them in by hand.',
    ],
  };
}

function held({ holding }: HolderTaskState, uom: string): number {
  return sum((holding?.rows ?? []).map((row) => (row.state === 'held' && row.uom === uom ? (row.quantity ?? 0) : 0)));
}
