import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Principal } from '@suyuan/access';
import { EventLogPort } from '@suyuan/event-log';
import { toUri } from '@suyuan/gs1';
import { Scope } from '@suyuan/trace';
import { RecallEvent, ScopeResolved } from '../domain/recall.events';
import { ENTRY_WORDS } from '../domain/recall.words';
import { Words } from '../privacy/words';
import { readRecallEvent, recallStream } from '../projection/records';
import { scopeInWords, showScope } from '../scope/show-scope';
import { mayReadRecall, RecallReads } from './recall-reads';

interface Version {
  readonly version: number;
  readonly at: string;
  readonly by: string;
  readonly reason?: string;
  readonly narrows: boolean;
  readonly scope: Scope;
  resolutions: number;
  lastResolution?: ScopeResolved;
}

/** What a recall covered, version by version: nothing of it is ever rewritten. */
@ApiTags('recalls')
@Controller('api/v1/recalls')
export class ScopeVersionsController {
  constructor(
    private readonly log: EventLogPort,
    private readonly reads: RecallReads,
    private readonly words: Words,
  ) {}

  /**
   * `{items: [{version, at, by, reason?, narrows, scope, inWords, resolutions, resolved?: {at, tracePosition, products[],
   * produced[]}}]}`: who changed the scope when and why, and what the graph last said of it, with the log position it stood at.
   */
  @Get(':id/scope-versions')
  @ApiOperation({ summary: 'The scope of a recall, every version of it' })
  async versions(@Param('id') id: string, @Caller() caller: Principal): Promise<unknown> {
    mayReadRecall(await this.reads.recall(id), caller);
    const events = (await this.log.readStream(recallStream(id))).flatMap((record) => readRecallEvent(record) ?? []);
    return { items: (await this.words.spoken(versionsOf(events), ENTRY_WORDS)).map(show) };
  }
}

function versionsOf(events: readonly RecallEvent[]): Version[] {
  const versions: Version[] = [];
  let content = 0;
  for (const event of events) {
    if (event.type === 'RecallDecided' || event.type === 'RecallAmended') content += 1;
    const scope =
      event.type === 'RecallDecided' ? event.content.scope : event.type === 'RecallAmended' ? event.changes.scope : undefined;
    if (scope !== undefined && 'by' in event) {
      const why = event.type === 'RecallAmended' && event.reason !== undefined ? { reason: event.reason } : {};
      const narrows = event.type === 'RecallAmended' && event.narrows;
      versions.push({ version: content, at: event.at, by: event.by.role, ...why, narrows, scope, resolutions: 0 });
    }
    const current = versions[versions.length - 1];
    if (event.type !== 'ScopeResolved' || current === undefined) continue;
    current.resolutions += 1;
    current.lastResolution = event;
  }
  return versions;
}

function show({ scope, lastResolution, ...version }: Version): unknown {
  if (lastResolution === undefined) return { ...version, scope: showScope(scope), inWords: scopeInWords(scope) };
  const { at, tracePosition, products, produced } = lastResolution;
  return {
    ...version,
    scope: showScope(scope),
    inWords: scopeInWords(scope),
    resolved: {
      at,
      tracePosition,
      products: products.map(toUri),
      produced: produced.map((row) => ({ ...row, product: toUri(row.product) })),
    },
  };
}
