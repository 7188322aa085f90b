import { Sql } from '@suyuan/platform';
import { Scope } from '@suyuan/trace/domain';
import { readWords, wordIds, withWords } from '../privacy/words';
import { PlacedHold } from '../investigations/domain/investigation.decider';
import { BlockingRecall } from './blocking-recall';
import { CompiledScope } from './compiled-scope';

interface Row {
  id: string;
  title: string;
  state: string;
  instructions: string;
  decided_at: string;
  scope: Scope;
}

/**
 * Recalls that count at the till: real, begun once, and not withdrawn. Written as what takes a recall off the list and not
 * as a list of phases, so that a phase that is new to this file still blocks.
 */
const BLOCKING = `mode = 'real' AND state->>'activatedAt' IS NOT NULL AND phase <> 'withdrawn_in_error' AND state->'content' IS NOT NULL`;

const SHOWN_WORDS = ['title', 'instructions'];

/** Blocking recalls and holds, all or those of `ids`, out of the read model. */
export async function readBlockingRecalls(sql: Sql, ids?: readonly string[]): Promise<BlockingRecall[]> {
  const rows = await sql.query<Row & Record<string, unknown>>(
    `SELECT id, state->'content'->>'title' AS title, phase AS state, state->'content'->>'instructions' AS instructions,
            to_char(decided_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS decided_at, state->'content'->'scope' AS scope
       FROM recall_recall WHERE ${BLOCKING} AND ($1::text[] IS NULL OR id = ANY($1::text[]))`,
    [ids ?? null],
  );
  const recalls = rows.map(({ id, title, state, instructions, decided_at: decidedAt, scope }) => ({
    id,
    title,
    state,
    instructions,
    decidedAt,
    scope: new CompiledScope(scope),
  }));
  const blocking = [...(await readHolds(sql, ids)), ...recalls];
  const said = await readWords(sql, wordIds(blocking, SHOWN_WORDS));
  return blocking.map((one) => withWords(one, SHOWN_WORDS, said));
}

/** Goods that are held while an inquiry lasts: a till blocks them as it blocks recalled ones. */
async function readHolds(sql: Sql, ids: readonly string[] | undefined): Promise<BlockingRecall[]> {
  const rows = await sql.query<{ id: string; title: string; hold: PlacedHold } & Record<string, unknown>>(
    `SELECT id, state->>'title' AS title, state->'hold' AS hold FROM recall_investigation
      WHERE state->'hold' IS NOT NULL AND ($1::text[] IS NULL OR id = ANY($1::text[]))`,
    [ids ?? null],
  );
  return rows.map(({ id, title, hold }) => ({
    id,
    title,
    state: 'held',
    instructions: hold.instructions,
    decidedAt: hold.at,
    scope: new CompiledScope(hold.scope),
    onlyPossible: true,
    // Named by GTIN, each its own: that is judged when the hold is placed.
    ...(hold.by === 'producer' ? { onlyGtins: new Set(hold.scope.include.flatMap(({ gtin }) => gtin ?? [])) } : {}),
  }));
}

/** Units that were named as reworked, by recall: all, or those of `ids`. */
export async function readReworked(sql: Sql, ids?: readonly string[]): Promise<Map<string, Set<string>>> {
  const rows = await sql.query<{ recall_id: string; key: string }>(
    'SELECT recall_id, key FROM recall_reworked WHERE $1::text[] IS NULL OR recall_id = ANY($1::text[])',
    [ids ?? null],
  );
  const reworked = new Map<string, Set<string>>();
  for (const { recall_id: id, key } of rows) reworked.set(id, (reworked.get(id) ?? new Set()).add(key));
  return reworked;
}
