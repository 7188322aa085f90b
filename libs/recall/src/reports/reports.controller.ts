import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Directory, isAuthority, Principal, Public } from '@suyuan/access';
import { describeKey, parseCode, toUri } from '@suyuan/gs1';
import { Database, Problem } from '@suyuan/platform';
import { ScopeResolved } from '../domain/recall.events';
import { RecallState } from '../domain/recall.state';
import { Paging, pageFrom, readPaging } from '../http/paging';
import { PUBLISHED } from '../http/public-recalls';
import { PersonalData } from '../privacy/personal-data';
import { mayReadRecall, RecallReads } from '../http/recall-reads';
import { enforcementEntry } from './enforcement-feed';
import { SortableSheet } from './fsma204/sortable-sheet';
import { RecallReports, ReportQuestion } from './recall-reports';
import { RenderedReport, renderReport } from './render-report';

interface FileReply {
  header(name: string, value: string): unknown;
  send(body: unknown): unknown;
}

/** Reports for authorities: of a recall, of a lot's records, and of what is published. */
@ApiTags('reports')
@Controller('api/v1')
export class ReportsController {
  constructor(
    private readonly reads: RecallReads,
    private readonly reports: RecallReports,
    private readonly sheet: SortableSheet,
    private readonly directory: Directory,
    private readonly database: Database,
    private readonly personal: PersonalData,
  ) {}

  /** `kind`: summary, progress, final, consignee-status, cn-food, cpsc-monthly, gbt40993; `from`, `to` for those of a period. */
  @Get('recalls/:id/report')
  @ApiOperation({ summary: 'A report of a recall as json, csv, xlsx or html' })
  async report(
    @Param('id') id: string,
    @Query() query: ReportQuestion & { format?: string },
    @Caller() caller: Principal,
    @Res() reply: FileReply,
  ): Promise<void> {
    const recall = mayReadRecall(await this.reads.recall(id), caller);
    send(reply, await renderReport(query.format ?? 'json', await this.reports.make(recall, query), id));
  }

  /** One row per critical tracking event and lot; a second sheet lists what the captured events do not tell. */
  @Get('reports/fsma204')
  @ApiOperation({ summary: 'The electronic sortable spreadsheet of FSMA 204 for a lot, product, unit or container' })
  async fsma204(
    @Query() { code, from, to, format }: { code?: string; from?: string; to?: string; format?: string },
    @Caller() caller: Principal,
    @Res() reply: FileReply,
  ): Promise<void> {
    const parsed = parseCode(code ?? '');
    if (!parsed.ok) throw badQuery('code', parsed.error.message);
    for (const [name, value] of Object.entries({ from, to }))
      if (value !== undefined && Number.isNaN(Date.parse(value))) throw badQuery(name, `${name} must be an RFC 3339 time`);
    const { key } = parsed.identifier;
    await this.mayReadRecords(key, caller);
    send(reply, await renderReport(format ?? 'xlsx', await this.sheet.make(key, from, to), key.replaceAll('/', '-')));
  }

  /** Published recalls in the words of openFDA's enforcement reports, newest first: `{items, next?}`. */
  @Public()
  @Get('public/feed/enforcement')
  @ApiOperation({ summary: 'Published recalls as a feed, with remedy and codes' })
  async feed(@Query() query: Paging): Promise<unknown> {
    const { limit, offset } = readPaging(query, 100);
    const rows = await this.database.query<{ id: string; state: RecallState; resolution: ScopeResolved | null }>(
      `SELECT id, state, resolution FROM recall_recall WHERE ${PUBLISHED} ORDER BY decided_at DESC, id LIMIT $1 OFFSET $2`,
      [limit + 1, offset],
    );
    const page = pageFrom(rows, limit, offset);
    const states = await this.personal.filled(page.items.map(({ state }) => state));
    const firms = await this.directory.parties(page.items.flatMap(({ state }) => state.producers));
    return {
      ...page,
      items: page.items.flatMap(({ id, state: stored, resolution }, index) => {
        const state = states[index] ?? stored;
        const firm = state.producers.map((party) => firms.get(party)?.name ?? toUri(party)).join(', ');
        return enforcementEntry(id, state, firm, resolution?.produced ?? []) ?? [];
      }),
    };
  }

  /** Records of others' movements are for authorities, auditors, and the producer of the product. */
  private async mayReadRecords(key: string, caller: Principal): Promise<void> {
    if (isAuthority(caller) || caller.role === 'auditor') return;
    const { gtin } = describeKey(key);
    const producer = gtin === undefined ? undefined : (await this.directory.product(`01/${gtin}`))?.producer;
    if (producer === undefined || producer !== caller.party)
      throw Problem.forbidden('reports/not-your-product', 'Records of a lot are for authorities, auditors and its producer.');
  }
}

function send(reply: FileReply, { type, body, file }: RenderedReport): void {
  reply.header('content-type', type);
  if (file !== undefined) reply.header('content-disposition', `attachment; filename="${file}"`);
  reply.send(body);
}

function badQuery(field: string, message: string): Problem {
  const rule = `reports/bad-${field}`;
  return Problem.badRequest(rule, message, [{ field, rule, message }]);
}
