import { Database } from '@suyuan/platform';
import { ExceptionFilter, MoreExceptions, TraceException } from '@suyuan/trace';
import { HolderTaskState } from '../domain/holder-task.state';
import { PostRecallMovementSeen } from '../domain/recall.events';

interface Row {
  readonly state: HolderTaskState;
  readonly activated_at: string;
  readonly seen: PostRecallMovementSeen;
}

/**
 * `post_recall_movement` (TRACE.md section 7): affected goods that reached somebody after the recall of them began. The fact is
 * accepted as evidence and said openly; it is gone when later facts explain it, that is when the party no longer has the goods
 * or has had them since before.
 */
export class PostRecallMovements extends MoreExceptions {
  constructor(private readonly database: Database) {
    super();
  }

  override async list({ key, party, type }: ExceptionFilter): Promise<TraceException[]> {
    if (type !== undefined && type !== 'post_recall_movement') return [];
    const rows = await this.database.query<Row>(
      `SELECT DISTINCT ON (e.recall_id, e.party) t.state, r.state->>'activatedAt' AS activated_at, e.data AS seen
         FROM recall_entry e JOIN recall_recall r ON r.id = e.recall_id JOIN recall_task t ON t.recall_id = e.recall_id AND t.party = e.party
        WHERE e.type = 'PostRecallMovementSeen' AND r.mode = 'real' AND r.phase <> 'withdrawn_in_error' AND ($1::text IS NULL OR e.party = $1)
        ORDER BY e.recall_id, e.party, e.position DESC`,
      [party ?? null],
    );
    return rows
      .flatMap((row) => standing(row))
      .filter((one) => key === undefined || one.key === key || one.key.startsWith(`${key}/`));
  }
}

/** One exception for each product that the party has now and got after the recall began. */
function standing({ state, activated_at: activatedAt, seen }: Row): TraceException[] {
  const found = new Map<string, TraceException>();
  for (const { product, state: custody, since, quantity, uom } of state.holding?.rows ?? []) {
    // Goods that left by a name without a place show as a negative row: nothing came.
    if ((custody !== 'held' && custody !== 'in_transit') || (quantity ?? 1) <= 0) continue;
    if (Date.parse(since) <= Date.parse(activatedAt) || !seen.products.includes(product)) continue;
    const known = found.get(product);
    const amount = (known?.amount ?? 0) + (quantity ?? 0);
    const { party, eventIds = [] } = seen;
    found.set(product, { type: 'post_recall_movement', key: product, party, eventIds, at: known?.at ?? since, amount, uom });
  }
  return [...found.values()];
}
