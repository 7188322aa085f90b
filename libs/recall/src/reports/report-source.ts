import { Deadline } from '../deadlines/domain/deadlines';
import { Check, Sample } from '../effectiveness/domain/effectiveness';
import { HolderTaskState } from '../domain/holder-task.state';
import { RecallState } from '../domain/recall.state';
import { DiscrepancyCase } from '../reconciliation/domain/discrepancy';
import { RecallTotal } from '../reconciliation/reconciliation';

/** Everything that reports of a recall are made of. Keys canonical, times RFC 3339. */
export interface ReportSource {
  readonly id: string;
  readonly state: RecallState;
  /** As `GET /api/v1/recalls/{id}`, `…/progress` and `…/holders` show them. */
  readonly shown: { readonly recall: Record<string, unknown>; readonly progress: Progress; readonly holders: readonly Holder[] };
  readonly tasks: readonly HolderTaskState[];
  readonly names: ReadonlyMap<string, string>;
  readonly totals: readonly RecallTotal[];
  readonly discrepancies: readonly (DiscrepancyCase & { readonly party: string })[];
  readonly deadlines: readonly Deadline[];
  readonly samples: readonly Sample[];
  readonly checks: readonly Check[];
  readonly now: string;
  /** Both inclusive; the whole recall where the question names none. */
  readonly from: string;
  readonly to: string;
}

export interface Progress extends Record<string, unknown> {
  readonly tasks: Readonly<Record<string, number>>;
  readonly quantities: readonly Readonly<Record<string, string | number>>[];
}

export interface Holder extends Record<string, unknown> {
  readonly quantities: readonly Readonly<Record<string, string | number>>[];
}

/** Did it happen within the period of the report? */
export function within({ from, to }: Pick<ReportSource, 'from' | 'to'>, at: string | undefined): boolean {
  return at !== undefined && Date.parse(at) >= Date.parse(from) && Date.parse(at) <= Date.parse(to);
}

/** How many of the tasks had something happen to them within the period. */
export function happened(source: ReportSource, at: (task: HolderTaskState) => string | undefined): number {
  return source.tasks.filter((task) => within(source, at(task))).length;
}
