import { toUri } from '@suyuan/gs1';
import { happened, ReportSource } from '../report-source';
import { Cell, number, Report, Sheet, text, time } from '../table';

/** What happened in a period, and where the recall stands at its end: the phase report that most laws ask for. */
export function progress(source: ReportSource): Report {
  const { state, shown, from, to } = source;
  const { tasks } = shown.progress;
  return {
    kind: 'progress',
    title: `Recall progress: ${state.content?.title ?? ''}`,
    facts: [
      ['recall', source.id],
      ['state', state.phase],
      ['period from', from],
      ['period to', to],
      ['notices sent in the period', happened(source, ({ foundAt }) => foundAt)],
      ['acknowledged in the period', happened(source, ({ acknowledgedAt }) => acknowledgedAt)],
      ['contained in the period', happened(source, ({ containedAt }) => containedAt)],
      ['disposed of in the period', happened(source, ({ disposedAt }) => disposedAt)],
      ...Object.entries(tasks).map(([name, count]): readonly [string, Cell] => [`holders ${name}, in all`, count]),
    ],
    sheets: [quantities(source), clocks(source)],
  };
}

/** The same at the end, with the figures that did not close and the checks. */
export function final(source: ReportSource): Report {
  const whole = progress(source);
  return {
    ...whole,
    kind: 'final',
    title: `Final recall report: ${source.state.content?.title ?? ''}`,
    facts: [
      ['recall', source.id],
      ['state', source.state.phase],
      ['decided', source.state.decidedAt ?? null],
      ['activated', source.state.activatedAt ?? null],
      ['completed', source.state.completedAt ?? null],
      ['terminated', source.state.terminatedAt ?? null],
      ...Object.entries(source.shown.progress.tasks).map(([name, count]): readonly [string, Cell] => [`holders ${name}`, count]),
    ],
    sheets: [quantities(source), discrepancies(source), checks(source), clocks(source)],
  };
}

function quantities({ totals }: ReportSource): Sheet {
  return {
    name: 'Quantities',
    columns: [
      text('product'),
      text('unit'),
      ...['produced', 'held', 'in transit', 'sold', 'used', 'destroyed'].map(number),
      ...['declared on hand', 'declared returned', 'declared destroyed', 'declared lost', 'undeclared', 'unaccounted'].map(
        number,
      ),
    ],
    rows: totals.map(({ product, uom, produced, derived, declared, undeclared, unaccounted }) => [
      toUri(product),
      uom,
      produced,
      derived.held,
      derived.inTransit,
      derived.sold,
      derived.consumed,
      derived.destroyed,
      declared.onHand,
      declared.returned,
      declared.destroyed,
      declared.lost,
      undeclared,
      unaccounted,
    ]),
  };
}

function discrepancies(source: ReportSource): Sheet {
  return {
    name: 'Discrepancies',
    columns: [
      text('party'),
      text('product'),
      text('unit'),
      number('derived'),
      number('declared'),
      number('difference'),
      text('state'),
      text('reason'),
    ],
    rows: source.discrepancies.map(({ party, product, uom, derived, declared, difference, state, reason }) => [
      toUri(party),
      toUri(product),
      uom,
      derived,
      declared,
      difference,
      state,
      reason ?? null,
    ]),
  };
}

function checks({ checks: all, tasks }: ReportSource): Sheet {
  const party = new Map(tasks.map((task) => [task.noticeId, task.party]));
  return {
    name: 'Effectiveness checks',
    columns: [time('at'), text('checked by'), text('party'), text('method'), number('attempt'), text('verdict')],
    rows: all.map(({ at, checker, noticeId, method, attempt, verdict }) => [
      at,
      checker,
      toUri(party.get(noticeId) ?? noticeId),
      method,
      attempt,
      verdict,
    ]),
  };
}

function clocks({ deadlines }: ReportSource): Sheet {
  return {
    name: 'Deadlines',
    columns: [
      text('regime'),
      text('duty of'),
      text('clock'),
      time('due'),
      time('met'),
      text('status'),
      text('source'),
      text('evidence'),
      text('note'),
    ],
    rows: deadlines.map(({ regime, duty, name, dueAt, metAt, status, source, evidence, note }) => [
      regime,
      duty,
      name,
      dueAt ?? null,
      metAt ?? null,
      status,
      source,
      evidence,
      note ?? null,
    ]),
  };
}
