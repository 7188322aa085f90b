import { exact } from '../domain/sums';
import { toUri } from '@suyuan/gs1';
import { HolderRow } from '@suyuan/trace';
import { HolderTaskState, stateName } from '../domain/holder-task.state';
import { Holding } from '../domain/holder-task.events';
import { RecallState } from '../domain/recall.decider';
import { renderNotice } from '../notices/render-notice';
import { RegimeBook } from '../regimes/regime-book';
import { showScope } from '../scope/show-scope';

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

/** A notice as its receiver reads it (API.md, "Notice"); the same for inbox, stream and webhook. */
export class NoticeView {
  constructor(private readonly regimes: RegimeBook) {}

  show(recallId: string, recall: RecallState, task: HolderTaskState): Readonly<Record<string, unknown>> {
    const { content } = recall;
    const holding = task.holding ?? { class: 'unknown', certainty: 'possible', since: task.foundAt, rows: [] };
    return {
      id: task.noticeId,
      recallId,
      version: task.version,
      kind: task.kind,
      ...(task.changes === undefined
        ? {}
        : { changes: { added: task.changes.added.map(toUri), removed: task.changes.removed.map(toUri) } }),
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
      ...(content?.details === undefined ? {} : { details: content.details }),
      languages:
        content === undefined
          ? {}
          : renderNotice({
              noticeId: task.noticeId,
              kind: task.kind,
              mode: recall.mode,
              content,
              quantities: quantitiesOf(holding),
              dueAt: task.dueAt,
              regimes: this.regimes.of(content.regimes),
            }),
      sentAt: task.sentAt,
      ...(task.deliveredAt === undefined ? {} : { deliveredAt: task.deliveredAt }),
      ...(task.acknowledgedAt === undefined ? {} : { acknowledgedAt: task.acknowledgedAt }),
      dueAt: task.dueAt,
    };
  }
}
