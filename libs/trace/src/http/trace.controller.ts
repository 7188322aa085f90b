import { Controller, Get, Header, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { describeKey } from '@suyuan/gs1';
import { Problem } from '@suyuan/platform';
import { Direction } from '../domain/lineage/graph-answer';
import { GRAPH_PLACE } from '../domain/lineage/graph-pages';
import { Figure, FIGURES } from '../domain/lineage/mass-balance';
import { SerialRange } from '../domain/lineage/serial-range';
import { requiredKey, TraceQueries } from '../queries/trace-queries';
import { EVENT_PLACE } from '../domain/lineage/event-place';
import { ENTRY_PLACE } from '../domain/lineage/graph-source';
import { cursorFor, limitOf, textCursorOf } from './paging';

interface Times {
  asOf?: string;
  asKnownAt?: string;
}

/** Only what Fastify's raw reply is needed for: streaming lines. */
interface RawReply {
  raw: NodeJS.WritableStream & { readonly destroyed: boolean; writeHead(status: number, headers: Record<string, string>): void };
  hijack(): void;
  header(name: string, value: string): RawReply;
  send(body: unknown): void;
}

const timesOf = ({ asOf, asKnownAt }: Times): Times => ({
  ...(asOf === undefined ? {} : { asOf }),
  ...(asKnownAt === undefined ? {} : { asKnownAt }),
});

/** Questions about where goods came from, went to and are (API.md, "Trace"). `code` in any spelling, URL-encoded. */
@ApiTags('trace')
@Controller('api/v1/trace')
export class TraceController {
  constructor(private readonly queries: TraceQueries) {}

  /** `serialFrom` and `serialTo`, both inclusive, narrow a class or lot to a range of its serials. */
  @Get(':code/holders')
  @ApiOperation({ summary: 'Who holds, has sold, used up or destroyed the goods a code names, and what was made of them' })
  async holders(
    @Param('code') code: string,
    @Query() query: Times & { derived?: string; serialFrom?: string; serialTo?: string },
  ): Promise<unknown> {
    const key = requiredKey(code);
    const derived = query.derived !== 'false';
    const serials = serialsOf(key, query);
    return serials === undefined
      ? this.queries.holders(key, timesOf(query), derived)
      : this.queries.holdersOfSerials(key, timesOf(query), derived, serials);
  }

  @Get(':code/mass-balance')
  @ApiOperation({
    summary: 'Produced, held, in transit, sold, consumed, destroyed and unaccounted, for a lot and all made from it',
  })
  async massBalance(@Param('code') code: string, @Query() query: Times): Promise<unknown> {
    const answer = await this.queries.massBalance(requiredKey(code), timesOf(query));
    const entries = (product: string, figure: string): string =>
      `/api/v1/trace/${encodeURIComponent(answer.code)}/mass-balance/entries?${new URLSearchParams({ ...timesOf(query), product, figure }).toString()}`;
    return {
      ...answer,
      products: answer.products.map((row) => ({
        ...row,
        entries: Object.fromEntries(
          FIGURES.filter((figure) => row.figures[figure] !== 0).map((figure) => [figure, entries(row.product, figure)]),
        ),
      })),
    };
  }

  /** `{items, next?}`: the ledger entries, each with its event, that add up to one figure of a mass balance. */
  @Get(':code/mass-balance/entries')
  @ApiOperation({ summary: 'The events behind one figure of a mass balance, oldest first' })
  async massBalanceEntries(
    @Param('code') code: string,
    @Query() query: Times & { product?: string; figure?: string; limit?: string; cursor?: string },
  ): Promise<unknown> {
    const { next, ...answer } = await this.queries.massBalanceEntries(requiredKey(code), timesOf(query), {
      product: requiredKey(query.product ?? code),
      figure: figureOf(query.figure),
      after: query.cursor === undefined ? '' : textCursorOf(query.cursor, ENTRY_PLACE),
      limit: limitOf(query.limit, 1_000),
    });
    return { ...answer, ...(next === undefined ? {} : { next: cursorFor(next) }) };
  }

  @Get(':code/history')
  @ApiOperation({ summary: 'The life of a thing or the movements of a lot, oldest first' })
  async history(@Param('code') code: string, @Query() query: Times & { limit?: string; cursor?: string }): Promise<unknown> {
    const { next, ...answer } = await this.queries.history(requiredKey(code), timesOf(query), {
      after: query.cursor === undefined ? '' : textCursorOf(query.cursor, EVENT_PLACE),
      limit: limitOf(query.limit, 1_000),
    });
    return { ...answer, ...(next === undefined ? {} : { next: cursorFor(next) }) };
  }

  @Get(':code/balance')
  @ApiOperation({ summary: 'The double-entry ledger of a lot: every account with its balance' })
  async balance(@Param('code') code: string, @Query() query: Times): Promise<unknown> {
    return this.queries.balance(requiredKey(code), timesOf(query));
  }

  /**
   * `{root, size: {nodes, edges, exact}, nodes[], edges[], complete, next?}`. `Accept: application/x-ndjson` streams the
   * head and then every node and edge as a line of its own, however many there are.
   */
  @Get(':code')
  @Header('Vary', 'Accept')
  @ApiOperation({ summary: 'The graph around a code: what it was made from (backward), what became of it (forward)' })
  async graph(
    @Param('code') code: string,
    @Query() query: Times & { direction?: string; limit?: string; cursor?: string },
    @Req() request: { headers: Record<string, string | undefined> },
    @Res() reply: RawReply,
  ): Promise<void> {
    const place = query.cursor === undefined ? '' : textCursorOf(query.cursor, GRAPH_PLACE);
    const limit = limitOf(query.limit, PAGE_ITEMS_MAX);
    const ask = (from: string, items: number): ReturnType<TraceQueries['graphPage']> =>
      this.queries.graphPage(requiredKey(code), timesOf(query), directionOf(query.direction), from, items);
    if (request.headers['accept']?.includes('application/x-ndjson') === true) {
      const first = await ask(place, STREAM_ITEMS);
      reply.hijack();
      await writeGraph(reply.raw, first, (from) => ask(from, STREAM_ITEMS));
      return;
    }
    const { next, ...page } = await ask(place, limit);
    reply.send({ ...page, complete: next === undefined, ...(next === undefined ? {} : { next: cursorFor(next) }) });
  }
}

const PAGE_ITEMS_MAX = 10_000;
/** What a stream reads at a time: each time costs the same search again, whatever comes of it. */
const STREAM_ITEMS = 50_000;

type Page = Awaited<ReturnType<TraceQueries['graphPage']>>;

/** Writes page after page; stops asking when the client has gone. */
async function writeGraph(raw: RawReply['raw'], first: Page, ask: (place: string) => Promise<Page>): Promise<void> {
  raw.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const { nodes: _, edges: __, next: ___, ...head } = first;
  await writeLine(raw, head);
  // Containers, and the ends of shipments, stand on every page that has something of theirs; one line is enough.
  const repeated = new Set<string>();
  for (let page: Page | undefined = first; page !== undefined && !raw.destroyed;) {
    for (const node of page.nodes) {
      const mayRepeat = node.kind === 'container' || node.kind === 'party' || node.kind === 'place';
      if (mayRepeat && repeated.has(node.id)) continue;
      if (mayRepeat) repeated.add(node.id);
      await writeLine(raw, { node });
    }
    for (const edge of page.edges) await writeLine(raw, { edge });
    page = page.next === undefined ? undefined : await ask(page.next);
  }
  raw.end();
}

async function writeLine(raw: RawReply['raw'], line: object): Promise<void> {
  if (raw.destroyed || raw.write(`${JSON.stringify(line)}\n`)) return;
  // A client that goes away drains nothing any more.
  await new Promise<void>((resume) => {
    const done = (): void => {
      raw.removeListener('drain', done);
      raw.removeListener('close', done);
      resume();
    };
    raw.once('drain', done);
    raw.once('close', done);
  });
}

function directionOf(text: string | undefined): Direction {
  if (text === undefined) return 'both';
  if (text === 'forward' || text === 'backward' || text === 'both') return text;
  const message = 'direction must be forward, backward or both';
  throw Problem.badRequest('trace/bad-direction', message, [{ field: 'direction', rule: 'trace/bad-direction', message }]);
}

function figureOf(text: string | undefined): Figure {
  const figure = FIGURES.find((name) => name === text);
  if (figure !== undefined) return figure;
  const message = `figure must be one of ${FIGURES.join(', ')}`;
  throw Problem.badRequest('trace/bad-figure', message, [{ field: 'figure', rule: 'trace/bad-figure', message }]);
}

function serialsOf(key: string, { serialFrom, serialTo }: { serialFrom?: string; serialTo?: string }): SerialRange | undefined {
  if (serialFrom === undefined && serialTo === undefined) return undefined;
  const bad = (field: string, message: string): Problem =>
    Problem.badRequest('trace/bad-serials', message, [{ field, rule: 'trace/bad-serials', message }]);
  const { kind, gtin } = describeKey(key);
  if ((kind !== 'class' && kind !== 'lot') || gtin === undefined)
    throw bad('code', 'only a class or a lot has serials to choose from');
  if (serialFrom === undefined || serialFrom === '') throw bad('serialFrom', 'a range needs both its ends');
  if (serialTo === undefined || serialTo === '') throw bad('serialTo', 'a range needs both its ends');
  return { from: serialFrom, to: serialTo };
}
