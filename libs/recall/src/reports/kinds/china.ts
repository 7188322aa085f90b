import { toUri } from '@suyuan/gs1';
import { sum } from '../../domain/sums';
import { recoveredAt } from '../recovered';
import { ReportSource } from '../report-source';
import { Cell, number, Report, text } from '../table';

/** The progress and final form of a food recall (食品召回): notices, quantities of the period and in all, and their rates. */
export function cnFood(source: ReportSource): Report {
  const { state, tasks, totals, from, to } = source;
  const live = tasks.filter(({ released }) => !released);
  const producers = new Set(state.producers);
  const rows = unitsOf(source).map((uom): readonly Cell[] => {
    const own = totals.filter((row) => row.uom === uom);
    const produced = sum(own.map((row) => row.produced));
    const sold = sum(own.map((row) => row.derived.sold));
    const planned = sum(own.map((row) => row.produced - row.derived.consumed - row.derived.destroyed));
    const before = recoveredAt(live, producers, uom, from);
    const now = recoveredAt(live, producers, uom, to);
    const all = sum([now.byOperators, now.byProducer]);
    const period = sum([all, -before.byOperators, -before.byProducer]);
    return [uom, produced, sold, planned, period, all, now.byOperators, now.byProducer, rate(all, planned), rate(all, sold)];
  });
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
    ],
    sheets: [
      {
        name: '召回数量',
        columns: [
          text('单位'),
          ...['生产总量', '销售总量', '计划召回总量', '本期召回数量', '累计召回数量', '其中经营者', '其中生产者库存'].map(number),
          ...['累计召回/计划召回 (%)', '累计召回/销售总量 (%)'].map(number),
        ],
        rows,
      },
      {
        name: '批次',
        columns: [text('产品'), text('单位'), ...['生产', '库存', '在途', '售出', '未说明去向'].map(number)],
        rows: totals.map(({ product, uom, produced, derived, unaccounted }) => [
          toUri(product),
          uom,
          produced,
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
  const rows = unitsOf(source).map((uom): readonly Cell[] => {
    const affected = sum(totals.filter((row) => row.uom === uom).map((row) => row.produced));
    const { byOperators, byProducer } = recoveredAt(live, new Set(state.producers), uom, source.to);
    const back = sum([byOperators, byProducer]);
    return [uom, affected, null, back, rate(back, affected)];
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
        columns: [text('单位'), ...['涉及产品数量', '消费者处已消除缺陷数量', '流通环节收回数量', '退回率 (%)'].map(number)],
        rows,
      },
    ],
    notes: ['消费者处已消除缺陷数量系统不掌握，未计入退回率，由生产者补充；经营者退回后由生产者销毁的产品只计一次。'],
  };
}

const unitsOf = ({ totals }: ReportSource): string[] => [...new Set(totals.map(({ uom }) => uom))].sort();
const rate = (part: number, whole: number): Cell => (whole === 0 ? null : Math.round((part / whole) * 10_000) / 100);
