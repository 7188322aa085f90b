import { sum } from '../../domain/sums';
import { toUri } from '@suyuan/gs1';
import { hasActed, HolderTaskState, stateName } from '../../domain/holder-task.state';
import { onHand } from '../../domain/holder-task.state';
import { ReportSource } from '../report-source';
import { number, Report, text, time } from '../table';

/** Status report of 21 CFR 7.53(b): consignees notified, responding, not responding, quantities, checks. */
export function consigneeStatus(source: ReportSource): Report {
  const { tasks, checks, state, names } = source;
  const live = tasks.filter(({ released }) => !released);
  const responded = live.filter(({ acknowledgedAt }) => acknowledgedAt !== undefined);
  const silent = live.filter(({ acknowledgedAt }) => acknowledgedAt === undefined);
  return {
    kind: 'consignee-status',
    title: `Recall status report: ${state.content?.title ?? ''}`,
    facts: [
      ['recall', source.id],
      ['class', state.content?.class ?? null],
      ['depth', state.content?.depth ?? null],
      ['strategy: initiated', state.activatedAt ?? null],
      ['consignees notified', live.length],
      ['consignees responding', responded.length],
      ['consignees not responding', silent.length],
      ['effectiveness checks made', checks.length],
      ['of these effective', checks.filter(({ verdict }) => verdict === 'effective').length],
      ['status at', source.to],
    ],
    sheets: [
      {
        name: 'Consignees',
        columns: [
          text('consignee'),
          text('name'),
          time('notified'),
          text('methods'),
          time('responded'),
          text('state'),
          number('on hand at notice'),
          number('contained'),
          number('returned'),
          number('destroyed'),
          number('reworked'),
          text('acted'),
        ],
        rows: live.map((task) => [
          toUri(task.party),
          names.get(task.party) ?? null,
          task.sentAt ?? null,
          [...new Set(task.deliveries.map(({ channel }) => channel))].join(', ') || 'inbox',
          task.acknowledgedAt ?? null,
          stateName(task),
          sum(Object.values(onHand(task.holding))),
          sum((task.contained ?? []).map(({ quantity }) => quantity)),
          ...(['returned', 'destroyed', 'reworked'] as const).map((method) => disposed(task, method)),
          hasActed(task) ? 'yes' : 'no',
        ]),
      },
    ],
    notes: ['21 CFR 7.53(b). The expected time of completion is stated by the firm in its plan.'],
  };
}

const disposed = (task: HolderTaskState, wanted: 'returned' | 'destroyed' | 'reworked'): number =>
  sum(task.disposed.filter(({ method }) => method === wanted).map(({ quantity }) => quantity));
