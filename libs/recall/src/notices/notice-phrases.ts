import { NoticeKind } from '../domain/holder-task.events';
import { NoticeLanguage } from '../domain/notice-details';

/** A notice in one language as data: a line whose `{name}` has no value is left out. */
export interface NoticePhrases {
  readonly drill: string;
  readonly drillLine: string;
  /** Follows the headline of an update or a reminder. */
  readonly kinds: Readonly<Record<Exclude<NoticeKind, 'release'>, string>>;
  readonly headline: string;
  readonly releaseHeadline: string;
  readonly title: string;
  readonly lines: readonly string[];
  readonly releaseLines: readonly string[];
  readonly codesPrintedAt: string;
  readonly scope: ScopePhrases;
  readonly quantity: string;
  /** Joins values of one list. */
  readonly comma: string;
  readonly semicolon: string;
  /** Hours from UTC in which times are said, and how the zone is called. */
  readonly zone: { readonly hours: number; readonly name: string };
}

export interface ScopePhrases {
  readonly gtin: string;
  readonly lots: string;
  readonly more: string;
  readonly lotPattern: string;
  readonly serials: string;
  readonly serial: string;
  readonly inLot: string;
  readonly produced: string;
  readonly place: string;
  readonly inputLot: string;
  readonly except: string;
  readonly derived: string;
}

export const PHRASES: Readonly<Record<NoticeLanguage, NoticePhrases>> = {
  'zh-CN': {
    drill: '【演练】',
    drillLine: '这是一次演练，不是真实召回，请勿处理实物，只需按要求答复。',
    kinds: { recall: '', update: '（更新）', reminder: '（催办）' },
    headline: '产品召回通知',
    releaseHeadline: '解除召回通知',
    title: '{drill}{headline}{kind}：{title}',
    lines: [
      '{drillLine}',
      '请立即停止销售、供应和使用下列产品，并单独存放，防止误拿误用。',
      '召回产品：{product}',
      '品牌：{brand}',
      '型号规格：{model}',
      '涉及编码：{codes}',
      '编码位置：{codesPrintedAt}',
      '销售时间：{soldFrom} 至 {soldUntil}',
      '销售地点：{soldWhere}',
      '我们所知贵方的数量：{quantities}',
      '危害：{hazard}',
      '召回原因：{reason}',
      '已知事故：{incidents}',
      '现在请做：{instructions}',
      '{regimeLine}',
      '补救措施：{remedy}',
      '期限：{acknowledge} 前确认收到；{contain} 前完成封存并报告现有数量；{reconcile} 前报清全部去向。',
      '如何答复：在溯源系统收件箱打开通知 {noticeId}，依次确认、报告封存数量、说明下游去向、报告处理结果。没有存货也请答复数量为零。',
      '如已转给他人：请立即把本通知转告对方，或把对方名称告诉我们。',
      '依据：{legalBasis}',
      '文号：{orderNumber}',
      '联系方式：{contacts}',
      '非工作时间电话：{afterHours}',
      '消费者咨询：{consumerLine}',
      '消费者网页：{consumerUrl}',
    ],
    releaseLines: [
      '{drillLine}',
      '以下商品在贵方已不再属于本次召回范围，可以恢复使用和销售。',
      '产品：{product}',
      '原召回编码：{codes}',
      '无需再做答复。通知编号：{noticeId}',
      '联系方式：{contacts}',
    ],
    codesPrintedAt: '条码下方的数字为商品条码（GTIN）；批号、序列号请见产品或包装标签。',
    scope: {
      gtin: '商品条码 {value}',
      lots: '批号 {value}',
      more: ' 等共 {value} 个批号',
      lotPattern: '批号形如 {value}',
      serials: '序列号 {from} 至 {to}',
      serial: '序列号 {value}',
      inLot: '（批号 {value}）',
      produced: '生产时间 {from} 至 {to}',
      place: '生产地点 {value}',
      inputLot: '使用了原料或部件 {value}',
      except: '不包括：{value}',
      derived: '用上述产品制成或装有上述产品的商品同样在内',
    },
    quantity: '{product}：现有 {held}，在途 {inTransit}，已售 {sold}（单位 {uom}）',
    comma: '、',
    semicolon: '；',
    zone: { hours: 8, name: '北京时间' },
  },
  en: {
    drill: '[DRILL] ',
    drillLine: 'This is a drill, not a real recall. Do not move any goods; only answer as asked.',
    kinds: { recall: '', update: ' (update)', reminder: ' (reminder)' },
    headline: 'Product safety recall',
    releaseHeadline: 'Recall released',
    title: '{drill}{headline}{kind}: {title}',
    lines: [
      '{drillLine}',
      'Stop selling, supplying and using this product immediately, and set it apart so that nobody takes it by mistake.',
      'Recalled product: {product}',
      'Brand: {brand}',
      'Model: {model}',
      'Codes concerned: {codes}',
      'Where to find the code: {codesPrintedAt}',
      'Sold: {soldFrom} to {soldUntil}',
      'Sold at: {soldWhere}',
      'With you, as far as we know: {quantities}',
      'Hazard: {hazard}',
      'Reason: {reason}',
      'Known incidents: {incidents}',
      'Do now: {instructions}',
      '{regimeLine}',
      'Remedy: {remedy}',
      'By when: confirm this notice by {acknowledge}; set the goods apart and say how many by {contain}; account for all of them by {reconcile}.',
      'How to answer: open notice {noticeId} in your Suyuan inbox; confirm it, say how many you set apart, to whom you passed goods on, and what became of them. If you have none, answer with none.',
      'If you passed goods on: send this notice to those who have them, or tell us who they are.',
      'Legal basis: {legalBasis}',
      'Order: {orderNumber}',
      'Contact: {contacts}',
      'Outside office hours: {afterHours}',
      'Consumers may call: {consumerLine}',
      'Consumers may read: {consumerUrl}',
    ],
    releaseLines: [
      '{drillLine}',
      'The goods named below are no longer subject to this recall with you. You may use and sell them again.',
      'Product: {product}',
      'Codes recalled before: {codes}',
      'No answer is needed. Notice: {noticeId}',
      'Contact: {contacts}',
    ],
    codesPrintedAt:
      'the GTIN is the number under the bar code; look for the lot or serial number on the product or the label of its pack.',
    scope: {
      gtin: 'GTIN {value}',
      lots: 'lot {value}',
      more: ' and others, {value} lots in all',
      lotPattern: 'lots like {value}',
      serials: 'serial numbers {from} to {to}',
      serial: 'serial number {value}',
      inLot: ' (lot {value})',
      produced: 'made between {from} and {to}',
      place: 'made at {value}',
      inputLot: 'made with parts or ingredients of {value}',
      except: 'not concerned: {value}',
      derived: 'goods made from these, or that contain them, are concerned too',
    },
    quantity: '{product}: {held} on hand, {inTransit} on the way, {sold} sold (unit {uom})',
    comma: ', ',
    semicolon: '; ',
    zone: { hours: 0, name: 'UTC' },
  },
};
