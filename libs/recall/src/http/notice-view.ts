import { toUri } from '@suyuan/gs1';
import { HolderRow } from '@suyuan/trace';
import { HolderTaskState, stateName } from '../domain/holder-task.decider';
import { Holding } from '../domain/holder-task.events';
import { RecallState } from '../domain/recall.decider';
import { showScope, scopeInWords } from '../scope/show-scope';

/** Quantities of one product with one holder. Product is a URI. */
export interface HolderQuantities {
  readonly product: string;
  readonly uom: string;
  readonly held: number;
  readonly inTransit: number;
  readonly sold: number;
  readonly consumed: number;
  readonly destroyed: number;
}

export function quantitiesOf({ rows }: Pick<Holding, 'rows'>): HolderQuantities[] {
  const sums = new Map<string, { -readonly [Name in keyof HolderQuantities]: HolderQuantities[Name] }>();
  for (const row of rows) {
    const name = `${row.product}\n${row.uom}`;
    const sum = sums.get(name) ?? {
      product: toUri(row.product),
      uom: row.uom,
      held: 0,
      inTransit: 0,
      sold: 0,
      consumed: 0,
      destroyed: 0,
    };
    sums.set(name, sum);
    const field = FIELDS[row.state];
    if (field !== undefined) sum[field] = exact(sum[field] + (row.quantity ?? 0));
  }
  return [...sums.values()];
}

const FIELDS: Readonly<Record<HolderRow['state'], 'held' | 'inTransit' | 'sold' | 'consumed' | 'destroyed' | undefined>> = {
  held: 'held',
  in_transit: 'inTransit',
  sold: 'sold',
  consumed: 'consumed',
  destroyed: 'destroyed',
  decommissioned: 'destroyed',
  unknown: undefined,
};

/** Sums of decimal quantities without binary dust. */
export const exact = (quantity: number): number => Math.round(quantity * 1e9) / 1e9;

/** A notice as its receiver reads it (API.md, "Notice"); the same for inbox, stream and webhook. */
export class NoticeView {
  show(recallId: string, recall: RecallState, task: HolderTaskState): Readonly<Record<string, unknown>> {
    const { content } = recall;
    const holding = task.holding ?? { class: 'unknown', certainty: 'possible', since: task.foundAt, rows: [] };
    return {
      id: task.noticeId,
      recallId,
      version: task.version,
      kind: task.kind,
      party: toUri(task.party),
      mode: recall.mode,
      state: stateName(task),
      title: content?.title,
      product: content?.product,
      class: holding.class,
      certainty: holding.certainty,
      scope: content === undefined ? undefined : showScope(content.scope),
      quantities: quantitiesOf(holding),
      places: [...new Set(holding.rows.flatMap(({ place }) => (place === null ? [] : [toUri(place)])))].sort(),
      reason: content?.reason,
      hazard: content?.hazard,
      instructions: content?.instructions,
      ...(content?.remedy === undefined ? {} : { remedy: content.remedy }),
      contacts: content?.contacts ?? [],
      languages: content === undefined ? {} : languagesOf(recall, task),
      sentAt: task.sentAt,
      ...(task.deliveredAt === undefined ? {} : { deliveredAt: task.deliveredAt }),
      ...(task.acknowledgedAt === undefined ? {} : { acknowledgedAt: task.acknowledgedAt }),
      dueAt: task.dueAt,
    };
  }
}

/** The notice in words. What the producer wrote stays as written; what every notice says is said in both languages. */
function languagesOf(recall: RecallState, task: HolderTaskState): Record<'zh-CN' | 'en', { title: string; text: string }> {
  const { content, mode } = recall;
  if (content === undefined) return { 'zh-CN': { title: '', text: '' }, en: { title: '', text: '' } };
  const scope = scopeInWords(content.scope).join('; ');
  const contacts = content.contacts
    .map(({ name, phone, email }) => [name, phone, email].filter((part) => part !== undefined).join(' '))
    .join('; ');
  const released = task.kind === 'release';
  const en = released
    ? [
        'The goods named below are no longer subject to this recall with you. You may use and sell them again.',
        `Scope: ${scope}.`,
      ]
    : [
        `Stop selling and using the product at once and set it apart. ${content.instructions}`,
        `Product: ${content.product}. Scope: ${scope}.`,
        `Reason: ${content.reason}. Hazard: ${content.hazard}.`,
        ...(content.remedy === undefined ? [] : [`Remedy: ${content.remedy}.`]),
        'Confirm this notice, say what you have on hand, and tell us to whom you passed goods on.',
      ];
  const zh = released
    ? ['以下商品在贵方已不再属于本次召回范围，可以恢复使用和销售。', `范围：${scope}。`]
    : [
        `请立即停止销售和使用该产品，并单独存放。${content.instructions}`,
        `产品：${content.product}。范围：${scope}。`,
        `原因：${content.reason}。危害：${content.hazard}。`,
        ...(content.remedy === undefined ? [] : [`补救措施：${content.remedy}。`]),
        '请确认收到本通知，报告现有数量，并告知货物的下游去向。',
      ];
  const drill = mode === 'drill';
  return {
    'zh-CN': {
      title: `${drill ? '【演练】' : ''}${released ? '解除召回通知' : '产品召回通知'}：${content.title}`,
      text: [...zh, ...(contacts === '' ? [] : [`联系方式：${contacts}。`])].join('\n'),
    },
    en: {
      title: `${drill ? '[DRILL] ' : ''}${released ? 'Recall released' : 'Product safety recall'}: ${content.title}`,
      text: [...en, ...(contacts === '' ? [] : [`Contact: ${contacts}.`])].join('\n'),
    },
  };
}
