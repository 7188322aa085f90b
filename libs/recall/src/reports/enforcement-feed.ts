import { RecallState } from '../domain/recall.state';
import { scopeInWords } from '../scope/show-scope';

/** A published recall in the words of openFDA's enforcement reports, with the remedy and the codes that consumers need. */
export interface EnforcementEntry {
  readonly recall_number: string;
  readonly event_id: string;
  readonly status: 'Ongoing' | 'Completed' | 'Terminated' | 'Withdrawn';
  readonly classification: string;
  readonly voluntary_mandated: string;
  readonly recalling_firm: string;
  readonly product_description: string;
  readonly product_quantity: string;
  readonly code_info: string;
  readonly reason_for_recall: string;
  readonly distribution_pattern: string;
  /** `YYYYMMDD`, as the feed writes dates. */
  readonly recall_initiation_date: string;
  readonly report_date: string;
  readonly termination_date?: string;
  /** openFDA has no place for it; a recall without it helps nobody. */
  readonly remedy?: string;
  readonly consumer_action: string;
}

const STATUS: Readonly<Record<string, EnforcementEntry['status'] | undefined>> = {
  completing: 'Completed',
  monitored: 'Completed',
  terminated: 'Terminated',
  withdrawn_in_error: 'Withdrawn',
};

/** Pure: the same published recall gives the same entry. `firm`: name of the producer, else its key. */
export function enforcementEntry(
  id: string,
  { phase, basis, content, activatedAt, publishedAt, terminatedAt }: RecallState,
  firm: string,
  produced: readonly { readonly uom: string; readonly quantity: number }[],
): EnforcementEntry | undefined {
  if (content === undefined || publishedAt === undefined) return undefined;
  const units = [...new Set(produced.map(({ uom }) => uom))].map(
    (uom) => `${produced.filter((row) => row.uom === uom).reduce((all, { quantity }) => all + quantity, 0)} ${uom}`,
  );
  return {
    recall_number: id,
    event_id: id,
    status: STATUS[phase] ?? 'Ongoing',
    classification: content.class === undefined ? 'Not Yet Classified' : `Class ${content.class}`,
    voluntary_mandated: basis === 'voluntary' ? 'Voluntary: Firm Initiated' : basis === 'ordered' ? 'Mandated' : 'Requested',
    recalling_firm: firm,
    product_description: content.product,
    product_quantity: units.join(', '),
    code_info: scopeInWords(content.scope).join('; '),
    reason_for_recall: content.reason,
    distribution_pattern: content.details?.soldWhere ?? '',
    recall_initiation_date: day(activatedAt ?? publishedAt),
    report_date: day(publishedAt),
    ...(terminatedAt === undefined ? {} : { termination_date: day(terminatedAt) }),
    ...(content.remedy === undefined ? {} : { remedy: content.remedy }),
    consumer_action: content.instructions,
  };
}

const day = (time: string): string => time.slice(0, 10).replaceAll('-', '');
