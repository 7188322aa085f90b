import { within } from './word-paths';

/** What a recall says in its author's words; codes, dates and figures are no words. */
const CONTENT = [
  ...['title', 'reason', 'hazard', 'product', 'remedy', 'instructions'],
  ...within('details', [
    ...['brand', 'model', 'category', 'codesPrintedAt', 'picture', 'soldFrom', 'soldUntil', 'soldWhere'],
    ...['legalBasis', 'orderNumber', 'reasonCode', 'incidents', 'consumerLine', 'consumerUrl', 'afterHours'],
    'translations.*.*',
  ]),
];

/** Where commands to a recall carry what somebody wrote. */
export const RECALL_COMMAND_WORDS: Readonly<Record<string, readonly string[]>> = {
  DecideRecall: within('content', CONTENT),
  Move: ['reason', 'summary', 'plan.text', 'report.summary', ...within('changes', CONTENT)],
};

/** Where a recall's state carries it. */
export const RECALL_STATE_WORDS: readonly string[] = [
  ...within('content', CONTENT),
  ...['plan.reason', 'objection.reason', 'objection.answer', 'proposals.*.reason'],
];

/** Where entries of a timeline carry it, as they are shown. */
export const ENTRY_WORDS: readonly string[] = ['reason', 'summary', 'lines.*.evidence'];
