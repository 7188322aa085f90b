import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, isAuthority, Principal, Roles } from '@suyuan/access';
import { EventLogPort } from '@suyuan/event-log';
import { toUri } from '@suyuan/gs1';
import { Clock, Database, Problem, setPosition } from '@suyuan/platform';
import { IsString, MaxLength, MinLength } from 'class-validator';
import { stateName } from '../domain/holder-task.state';
import { isReadableBy, mayReadRecall, RecallReads } from '../http/recall-reads';
import { Words } from '../privacy/words';
import { DecidedStreams } from '../processes/decided-stream';
import { DISCREPANCIES, discrepancyStream } from './discrepancy-follower';
import { HolderBalance } from './domain/balance';
import { CASE_WORDS, Discrepancies, DiscrepancyCase, DiscrepancyCommand, DiscrepancyEvent } from './domain/discrepancy';
import { Reconciliation } from './reconciliation';

class CaseDto {
  @IsString() @MinLength(1) @MaxLength(5_000) reason!: string;
}

const WORDS = { explain: 'Explain', settle: 'Settle', refer: 'Refer' } as const;

interface CaseRow {
  readonly notice_id: string;
  readonly party: string;
  readonly state: Discrepancies;
}

/** Do the figures close? Per holder and for the whole recall, declared beside derived. */
@ApiTags('recalls')
@Controller('api/v1/recalls')
export class ReconciliationController {
  private readonly streams: DecidedStreams<Discrepancies, DiscrepancyCommand, DiscrepancyEvent>;

  constructor(
    log: EventLogPort,
    private readonly database: Database,
    private readonly reads: RecallReads,
    private readonly reconciliation: Reconciliation,
    private readonly clock: Clock,
    private readonly words: Words,
  ) {
    this.streams = new DecidedStreams(log, DISCREPANCIES, words);
  }

  /**
   * `{totals: [{product, uom, produced, derived, declared, unaccounted, undeclared}], holders: [{noticeId, party, state,
   * balances: [{product, uom, derived, declared, partial, difference?, converted?, note?}]}]}`
   */
  @Get(':id/reconciliation')
  @ApiOperation({ summary: 'Quantities declared by holders beside those derived from the graph' })
  async all(@Param('id') id: string, @Caller() caller: Principal): Promise<unknown> {
    mayReadRecall(await this.reads.recall(id), caller);
    const { totals, holders } = await this.reconciliation.ofRecall(id);
    return {
      totals: totals.map((row) => ({ ...row, product: toUri(row.product) })),
      holders: holders.map(({ task, balances }) => ({
        noticeId: task.noticeId,
        party: toUri(task.party),
        state: stateName(task),
        balances: balances.map(balanceView),
      })),
    };
  }

  /** `{items: [{caseId, noticeId, party, product, uom, derived, declared, difference, state, openedAt, changedAt, reason?}]}` */
  @Get(':id/discrepancies')
  @ApiOperation({ summary: 'Holders whose figures do not close, as cases' })
  async discrepancies(@Param('id') id: string, @Caller() caller: Principal): Promise<unknown> {
    const only = await this.onlyParty(id, caller);
    const rows = await this.database.query<CaseRow>(
      `SELECT notice_id, party, state FROM recall_discrepancy WHERE recall_id = $1 AND ($2::text IS NULL OR party = $2)
        ORDER BY notice_id`,
      [id, only],
    );
    const items = rows.flatMap((row) => Object.values(row.state.cases).map((one) => shown(row.notice_id, row.party, one)));
    return { items: await this.words.spoken(items, CASE_WORDS) };
  }

  /** null: the caller may read the recall as a whole. A holder sees its own cases, nobody else that there is a recall. */
  private async onlyParty(id: string, caller: Principal): Promise<string | null> {
    const recall = await this.reads.recall(id);
    if (isReadableBy(recall, caller)) return null;
    const tasks = await this.database.query('SELECT 1 FROM recall_task WHERE recall_id = $1 AND party = $2', [
      id,
      caller.party ?? '',
    ]);
    if (caller.party === undefined || tasks.length === 0) mayReadRecall(recall, caller);
    return caller.party ?? '';
  }

  /** One of `explain`, `settle`, `refer`; the last two are the authority's. */
  @Post(':id/discrepancies/:caseId/:word')
  @HttpCode(200)
  @Roles('regulator', 'operator')
  @ApiOperation({ summary: 'Explain a difference, settle it, or refer it to the authority’s own inquiry' })
  async close(
    @Param('id') id: string,
    @Param('caseId') caseId: string,
    @Param('word') word: string,
    @Body() { reason }: CaseDto,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: { header(name: string, value: string): unknown },
  ): Promise<unknown> {
    const type = word in WORDS ? WORDS[word as keyof typeof WORDS] : undefined;
    if (type === undefined) throw Problem.notFound('A discrepancy can be explained, settled or referred.');
    const row = (
      await this.database.query<CaseRow>('SELECT notice_id, party, state FROM recall_discrepancy WHERE recall_id = $1', [id])
    ).find(({ state }) => Object.values(state.cases).some((one) => one.caseId === caseId));
    const own = row !== undefined && caller.party === row.party;
    if (!own) mayReadRecall(await this.reads.recall(id), caller);
    if (row === undefined) throw Problem.notFound('There is no such discrepancy.');
    if (type !== 'Explain' && !isAuthority(caller))
      throw Problem.forbidden('recall/authority-only', `${word} is for an authority; others explain`);
    const { state, position } = await this.streams.handle(discrepancyStream(id, row.party), {
      type,
      caseId,
      reason,
      at: this.clock.now().toISOString(),
      by: caller.keyId,
    });
    setPosition(reply, position);
    const now = Object.values(state.cases).find((one) => one.caseId === caseId);
    return now === undefined ? {} : shown(row.notice_id, row.party, await this.words.spokenOne(now, CASE_WORDS));
  }
}

function balanceView({ product, converted, ...figures }: HolderBalance): unknown {
  const others = converted?.map((unit) => ({ ...unit, product: toUri(unit.product) }));
  return { ...figures, product: toUri(product), ...(others === undefined ? {} : { converted: others }) };
}

function shown(noticeId: string, party: string, { product, ...rest }: DiscrepancyCase): unknown {
  return { ...rest, noticeId, party: toUri(party), product: toUri(product) };
}
