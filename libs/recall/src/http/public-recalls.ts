import { Database } from '@suyuan/platform';
import { RecallState } from '../domain/recall.decider';
import { PersonalData } from '../privacy/personal-data';
import { scopeInWords, showScope } from '../scope/show-scope';

/** A recall as everybody may read it: no holders, no keys, no drills. */
export interface PublicRecallView {
  readonly id: string;
  readonly title: string;
  readonly state: string;
  readonly basis: string;
  readonly startedAt: string;
  readonly product: string;
  readonly reason: string;
  readonly hazard: string;
  readonly instructions: string;
  readonly remedy?: string;
  readonly scope: unknown;
  readonly scopeInWords: readonly string[];
  readonly contacts: readonly { readonly name: string; readonly phone?: string; readonly email?: string }[];
}

/** What everybody may read, as a condition on `recall_recall`. */
export const PUBLISHED = `mode = 'real' AND phase IN ('active', 'suspended', 'completing', 'monitored', 'terminated', 'withdrawn_in_error') AND state->>'publishedAt' IS NOT NULL`;

/** Published recalls, newest first. */
export class PublicRecalls {
  constructor(
    private readonly database: Database,
    private readonly personal: PersonalData,
  ) {}

  async list(limit: number, offset: number): Promise<PublicRecallView[]> {
    const rows = await this.database.query<{ id: string; state: RecallState }>(
      `SELECT id, state FROM recall_recall WHERE ${PUBLISHED} ORDER BY decided_at DESC, id LIMIT $1 OFFSET $2`,
      [limit, offset],
    );
    const states = await this.personal.filled(rows.map(({ state }) => state));
    return rows.flatMap(({ id }, index) => (states[index] === undefined ? [] : (show({ id, state: states[index] }) ?? [])));
  }

  async find(id: string): Promise<PublicRecallView | undefined> {
    const [row] = await this.database.query<{ id: string; state: RecallState }>(
      `SELECT id, state FROM recall_recall WHERE id = $1 AND ${PUBLISHED}`,
      [id],
    );
    return row === undefined ? undefined : show({ id: row.id, state: await this.personal.filledOne(row.state) });
  }
}

function show({ id, state }: { id: string; state: RecallState }): PublicRecallView | undefined {
  const { content, activatedAt, phase, basis } = state;
  if (content === undefined || activatedAt === undefined) return undefined;
  const { title, product, reason, hazard, instructions, remedy, scope, contacts } = content;
  return {
    id,
    title,
    state: phase,
    basis,
    startedAt: activatedAt,
    product,
    reason,
    hazard,
    instructions,
    ...(remedy === undefined ? {} : { remedy }),
    scope: showScope(scope),
    scopeInWords: scopeInWords(scope),
    contacts,
  };
}
