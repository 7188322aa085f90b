import { sum } from '../../domain/sums';
import { toUri } from '@suyuan/gs1';
import { HolderTaskState } from '../../domain/holder-task.state';
import { DisposalLine } from '../../domain/holder-task.events';
import { ReportSource, within } from '../report-source';
import { Cell, number, Report, text } from '../table';

/** The progress and final form of a food recall (食品召回): notices, quantities of the period and in all, and their rates. */
export function cnFood(source: ReportSource): Report {
  const { state, tasks, totals, from, to } = source;
  const live = tasks.filter(({ released }) => !released);
  const all = recovered(live, () => true);
  const period = recovered(live, (task) => within(source, task.disposedAt ?? task.containedAt));
  const produced = sum(totals.map((row) => row.produced));
  const sold = sum(totals.map((row) => row.derived.sold));
  const planned = sum(totals.map((row) => row.produced - row.derived.consumed - row.derived.destroyed));
  const rate = (part: number, whole: number): Cell => (whole === 0 ? null : percent(part / whole));
  return {
    kind: 'cn-food',
    title: `食品召回进展/总结报告: ${state.content?.title ?? ''}`,
    facts: [
      ['召回编号', source.id],
      ['召回级别', state.content?.class ?? null],
      ['报告期 起', from],
      ['报告期 止', to],
      ['通知经营者数', live.length],
      [
        '通知方式',
        [...new Set(live.flatMap(({ deliveries }) => deliveries.map(({ channel }) => channel)))].join('、') || '系统通知',
      ],
      ['公告时间', state.publishedAt ?? null],
      ['本期召回数量', period],
      ['累计召回数量', all],
      ['其中经营者召回数量', all],
      ['生产总量', produced],
      ['销售总量', sold],
      ['计划召回总量', planned],
      ['累计召回/计划召回 (%)', rate(all, planned)],
      ['累计召回/销售总量 (%)', rate(all, sold)],
    ],
    sheets: [
      {
        name: '批次',
        columns: [
          text('产品'),
          text('单位'),
          number('生产'),
          number('库存'),
          number('在途'),
          number('售出'),
          number('未说明去向'),
        ],
        rows: totals.map(({ product, uom, produced: made, derived, unaccounted }) => [
          toUri(product),
          uom,
          made,
          derived.held,
          derived.inTransit,
          derived.sold,
          unaccounted,
        ]),
      },
    ],
    notes: ['消费者退回数量由经营者另行填报；与计划的偏差及后续措施由生产者说明。'],
  };
}

/** Return rate of GB/T 40993-2021: (remedied at consumers + recovered from distribution) ÷ affected units, with its inputs. */
export function gbt40993(source: ReportSource): Report {
  const { state, tasks, totals } = source;
  const live = tasks.filter(({ released }) => !released);
  const units = [...new Set(totals.map(({ uom }) => uom))];
  const rows = units.map((uom): readonly Cell[] => {
    const affected = sum(totals.filter((row) => row.uom === uom).map((row) => row.produced));
    const lines = live.flatMap(({ disposed }) => disposed.filter((line) => line.uom === uom));
    const remedied = sum(lines.filter(({ method }) => method === 'reworked').map(({ quantity }) => quantity));
    const back = sum(lines.filter(({ method }) => method !== 'reworked').map(({ quantity }) => quantity));
    return [uom, affected, remedied, back, affected === 0 ? null : percent((remedied + back) / affected)];
  });
  return {
    kind: 'gbt40993',
    title: `退回率 (GB/T 40993-2021): ${state.content?.title ?? ''}`,
    facts: [
      ['召回编号', source.id],
      ['统计时间', source.to],
      ['公式', '退回率 = (消费者处已消除缺陷数量 + 流通环节收回数量) ÷ 涉及产品数量'],
    ],
    sheets: [
      {
        name: '退回率',
        columns: [text('单位'), number('涉及产品数量'), number('已消除缺陷数量'), number('收回数量'), number('退回率 (%)')],
        rows,
      },
    ],
    notes: ['已消除缺陷数量取自处置答复 “reworked”，收回数量取自 “returned” 与 “destroyed”。'],
  };
}

function recovered(tasks: readonly HolderTaskState[], counts: (task: HolderTaskState) => boolean): number {
  return sum(
    tasks.filter(counts).map(({ disposed, contained }) => sum((disposed.length > 0 ? disposed : (contained ?? [])).map(amount))),
  );
}

const amount = ({ quantity }: Pick<DisposalLine, 'quantity'>): number => quantity;
const percent = (share: number): number => Math.round(share * 10_000) / 100;
