import { Problem } from '@suyuan/platform';
import { HolderTaskState } from '../domain/holder-task.state';
import { RecallState } from '../domain/recall.decider';
import { RegimeBook } from '../regimes/regime-book';
import { closeoutNotification, recallNotification, removalConfirmation } from './gs1-recall-forms';
import { lintNotice, NoticeFinding } from './lint-notice';
import { machineForm } from './machine-form';

/** The linter's findings as answers carry them. */
export function findingsOf({ content }: RecallState, regimes: RegimeBook): { readonly findings: readonly NoticeFinding[] } {
  return { findings: content === undefined ? [] : lintNotice(content, regimes.of(content.regimes)) };
}

/** A recall in one of its machine-readable forms; undefined for a closeout before the end, 400 for an unknown form. */
export function machineRecall(id: string, recall: RecallState, form: string): Record<string, unknown> | undefined {
  if (form === 'suyuan') return machineForm(id, recall);
  if (form === 'gs1') return recallNotification(id, recall);
  if (form === 'gs1-closeout') return closeoutNotification(id, recall);
  throw unknownForm(form, ['suyuan', 'gs1', 'gs1-closeout']);
}

/** One holder's notice or answer in GS1's form; undefined when there is no answer yet, 400 for an unknown form. */
export function machineNotice(
  recallId: string,
  recall: RecallState,
  task: HolderTaskState,
  form: string,
): Record<string, unknown> | undefined {
  if (form === 'gs1') return recallNotification(recallId, recall, task);
  if (form === 'gs1-removal') return removalConfirmation(recallId, recall, task);
  throw unknownForm(form, ['gs1', 'gs1-removal']);
}

function unknownForm(form: string, known: readonly string[]): Problem {
  const message = `form must be one of ${known.join(', ')}, not ${form.slice(0, 40)}`;
  return Problem.badRequest('query/unknown-form', message, [{ field: 'form', rule: 'query/unknown-form', message }]);
}
