import { Directory } from '@suyuan/access';
import { EventLogPort } from '@suyuan/event-log';
import { Clock, Database, Problem } from '@suyuan/platform';
import { NextDue } from '../deadlines/next-due';
import { readEffectiveness } from '../effectiveness/effectiveness-stream';
import { RecallReads, showRecall, StoredRecall } from '../http/recall-reads';
import { Words } from '../privacy/words';
import { CASE_WORDS, Discrepancies } from '../reconciliation/domain/discrepancy';
import { Reconciliation } from '../reconciliation/reconciliation';
import { REPORTS } from './kinds';
import { Holder, Progress, ReportSource } from './report-source';
import { Report } from './table';

export interface ReportQuestion {
  readonly kind?: string;
  /** RFC 3339; the recall's beginning and now where left out. */
  readonly from?: string;
  readonly to?: string;
}

/** Makes the reports of a recall from its read models. */
export class RecallReports {
  constructor(
    private readonly reads: RecallReads,
    private readonly reconciliation: Reconciliation,
    private readonly due: NextDue,
    private readonly directory: Directory,
    private readonly log: EventLogPort,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly words: Words,
  ) {}

  /** @throws a 400 for an unknown kind or a period that is none */
  async make(recall: StoredRecall, { kind = 'summary', from, to }: ReportQuestion): Promise<Report> {
    const make = REPORTS[kind];
    if (make === undefined) throw badQuery('kind', `kind must be one of ${Object.keys(REPORTS).join(', ')}`);
    for (const [name, value] of Object.entries({ from, to }))
      if (value !== undefined && Number.isNaN(Date.parse(value))) throw badQuery(name, `${name} must be an RFC 3339 time`);
    return make(await this.source(recall, from, to));
  }

  private async source({ id, state }: StoredRecall, from: string | undefined, to: string | undefined): Promise<ReportSource> {
    const now = this.clock.now().toISOString();
    const tasks = await this.reads.tasks(id);
    const parties = await this.directory.parties(tasks.map(({ party }) => party));
    const cases = await this.database.query<{ party: string; state: Discrepancies }>(
      'SELECT party, state FROM recall_discrepancy WHERE recall_id = $1 ORDER BY party',
      [id],
    );
    const { samples, checks } = await readEffectiveness(this.log, id);
    return {
      id,
      state,
      shown: {
        recall: showRecall({ id, state }),
        progress: (await this.reads.progress(id)) as Progress,
        holders: (await this.reads.holders(id)) as Holder[],
      },
      tasks,
      names: new Map([...parties].map(([party, { name }]) => [party, name])),
      totals: (await this.reconciliation.ofRecall(id)).totals,
      discrepancies: await this.words.spoken(
        cases.flatMap(({ party, state: one }) => Object.values(one.cases).map((each) => ({ ...each, party }))),
        CASE_WORDS,
      ),
      deadlines: this.due.deadlines(state, now),
      samples,
      checks,
      now,
      from: from ?? state.decidedAt ?? now,
      to: to ?? now,
    };
  }
}

function badQuery(field: string, message: string): Problem {
  const rule = `recall/bad-${field}`;
  return Problem.badRequest(rule, message, [{ field, rule, message }]);
}
