import { sum } from '../../domain/sums';
import { HolderTaskState } from '../../domain/holder-task.state';
import { ReportSource, within } from '../report-source';
import { Cell, number, Report, text } from '../table';

/** The monthly progress report of a CPSC corrective action: units affected and corrected at each level. */
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
  const rows = levels.map(([level, belongs]): readonly Cell[] => {
    const own = live.filter(belongs);
    return [
      level,
      sum(own.flatMap(({ holding }) => (holding?.rows ?? []).map((row) => (row.state === 'held' ? (row.quantity ?? 0) : 0)))),
      corrected(own.filter((task) => within(source, task.disposedAt))),
      corrected(own),
    ];
  });
  const sold = sum(totals.map(({ derived }) => derived.sold));
  return {
    kind: 'cpsc-monthly',
    title: `Monthly progress report: ${state.content?.title ?? ''}`,
    facts: [
      ['recall', source.id],
      ['period from', from],
      ['period to', to],
      ['units affected', sum(totals.map(({ produced }) => produced))],
    ],
    sheets: [
      {
        name: 'Levels',
        columns: [text('level'), number('affected'), number('corrected this period'), number('corrected in all')],
        rows: [...rows, ['consumer', sold, null, null]],
      },
    ],
    notes: [
      'Corrections at consumers, incidents, injuries, deaths, calls, page views and posts are not known here: fill them in by hand.',
    ],
  };
}

const corrected = (tasks: readonly HolderTaskState[]): number =>
  sum(tasks.flatMap(({ disposed }) => disposed.map(({ quantity }) => quantity)));
