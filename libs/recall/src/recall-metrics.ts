import { askedGauge, Clock, Database } from '@suyuan/platform';
import { Registry } from 'prom-client';
import { SIDE_STATES, STAGES } from './domain/holder-task.state';

/** Tasks are counted by reading them: seldom enough that a hundred thousand cost nothing to speak of. */
const KEPT_MS = 15_000;
/** Phases in which holders have something to do. */
const OPEN = ['active', 'suspended', 'completing', 'monitored'];
const PHASES = ['decided', 'planned', ...OPEN, 'terminated', 'withdrawn_in_error'];
/** An answer's deadline, and the member of a task's state that says when it was given. */
const ANSWERS = { acknowledge: 'acknowledgedAt', contain: 'containedAt', reconcile: 'reconciledAt' } as const;

/** Recalls and their holders' tasks as the read models have them, for Prometheus. Drills are left out: nobody is in danger. */
export function measureRecalls(registry: Registry, database: Database, clock: Clock): void {
  askedGauge(registry, {
    name: 'suyuan_recalls',
    help: 'Real recalls by phase.',
    labelNames: ['phase'],
    keptMs: KEPT_MS,
    ask: async () => {
      const rows = await database.query<{ phase: string; count: number }>(
        `SELECT phase, count(*) FROM recall_recall WHERE mode = 'real' GROUP BY phase`,
      );
      return countsOf('phase', PHASES, rows);
    },
  });
  askedGauge(registry, {
    name: 'suyuan_recall_tasks',
    help: 'Tasks of holders in open real recalls, by state.',
    labelNames: ['state'],
    keptMs: KEPT_MS,
    ask: async () => {
      const rows = await database.query<{ state: string; count: number }>(
        `SELECT t.name AS state, count(*) FROM recall_task t JOIN recall_recall r ON r.id = t.recall_id
         WHERE r.mode = 'real' AND r.phase = ANY ($1::text[]) GROUP BY t.name`,
        [OPEN],
      );
      return countsOf('state', [...STAGES, ...SIDE_STATES], rows);
    },
  });
  askedGauge(registry, {
    name: 'suyuan_recall_tasks_overdue',
    help: 'Tasks of holders in open real recalls whose deadline for an answer has passed without it.',
    labelNames: ['answer'],
    keptMs: KEPT_MS,
    ask: async () => {
      const counts = Object.entries(ANSWERS).map(
        ([answer, at]) =>
          `SELECT '${answer}' AS answer, count(*) FROM open WHERE state->>'${at}' IS NULL AND (state->'dueAt'->>'${answer}')::timestamptz < $2`,
      );
      const rows = await database.query<{ answer: string; count: number }>(
        `WITH open AS MATERIALIZED (
           SELECT t.state FROM recall_task t JOIN recall_recall r ON r.id = t.recall_id
           WHERE r.mode = 'real' AND r.phase = ANY ($1::text[])
             AND t.name NOT IN ('released', 'waived', 'out_of_business', 'disposed', 'verified') AND t.state->>'affected' IS DISTINCT FROM 'false')
         ${counts.join(' UNION ALL ')}`,
        [OPEN, clock.now()],
      );
      return countsOf('answer', Object.keys(ANSWERS), rows);
    },
  });
  askedGauge(registry, {
    name: 'suyuan_recall_deadlines_missed',
    help: 'Deadlines of the law that passed unmet on real recalls that are not over, by regime.',
    labelNames: ['regime'],
    keptMs: KEPT_MS,
    ask: async () => {
      // Index: recall_entry_recall.
      const rows = await database.query<{ regime: string; count: number }>(
        `SELECT e.data->>'regime' AS regime, count(*) FROM recall_entry e JOIN recall_recall r ON r.id = e.recall_id
         WHERE e.type = 'DeadlineMissed' AND r.mode = 'real' AND r.phase = ANY ($1::text[]) GROUP BY 1`,
        [['decided', 'planned', ...OPEN]],
      );
      return countsOf('regime', [], rows);
    },
  });
}

/** Nothing is a figure too: alerts compare with it. */
function countsOf<L extends string>(
  label: L,
  known: readonly string[],
  rows: readonly ({ readonly count: number } & Readonly<Record<L, string>>)[],
): { labels: Record<string, string>; value: number }[] {
  const counts = new Map(known.map((name) => [name, 0]));
  for (const row of rows) counts.set(row[label], row.count);
  return [...counts].map(([name, value]) => ({ labels: { [label]: name }, value }));
}
