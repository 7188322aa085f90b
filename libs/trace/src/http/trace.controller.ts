import { Controller, Get, Header, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Problem } from '@suyuan/platform';
import { Direction, GraphEdge, GraphNode } from '../domain/lineage/graph-answer';
import { requiredKey, TraceQueries } from '../queries/trace-queries';
import { pageOf } from './paging';

interface Times {
  asOf?: string;
  asKnownAt?: string;
}

/** Only what Fastify's raw reply is needed for: streaming lines. */
interface RawReply {
  raw: NodeJS.WritableStream & { writeHead(status: number, headers: Record<string, string>): void };
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

  @Get(':code/holders')
  @ApiOperation({ summary: 'Who holds, has sold, used up or destroyed the goods a code names, and what was made of them' })
  async holders(@Param('code') code: string, @Query() query: Times & { derived?: string }): Promise<unknown> {
    return this.queries.holders(requiredKey(code), timesOf(query), query.derived !== 'false');
  }

  @Get(':code/history')
  @ApiOperation({ summary: 'The life of a thing or the movements of a lot, oldest first' })
  async history(@Param('code') code: string, @Query() query: Times & { limit?: string; cursor?: string }): Promise<unknown> {
    const answer = await this.queries.history(requiredKey(code), timesOf(query));
    return { ...answer, ...pageOf(answer.items, query, 1000) };
  }

  @Get(':code/balance')
  @ApiOperation({ summary: 'The double-entry ledger of a lot: every account with its balance' })
  async balance(@Param('code') code: string, @Query() query: Times): Promise<unknown> {
    return this.queries.balance(requiredKey(code), timesOf(query));
  }

  /** `{root, nodes[], edges[], complete, next?}`; `Accept: application/x-ndjson` gives head, nodes and edges line by line. */
  @Get(':code')
  @Header('Vary', 'Accept')
  @ApiOperation({ summary: 'The graph around a code: what it was made from (backward), what became of it (forward)' })
  async graph(
    @Param('code') code: string,
    @Query() query: Times & { direction?: string; limit?: string; cursor?: string },
    @Req() request: { headers: Record<string, string | undefined> },
    @Res() reply: RawReply,
  ): Promise<void> {
    const { nodes, edges, ...head } = await this.queries.graphAnswer(
      requiredKey(code),
      timesOf(query),
      directionOf(query.direction),
    );
    const items = [...nodes.map((node) => ({ node })), ...edges.map((edge) => ({ edge }))];
    if (request.headers['accept']?.includes('application/x-ndjson') === true) {
      reply.hijack();
      await writeLines(reply.raw, { ...head, nodes: nodes.length, edges: edges.length }, items);
      return;
    }
    const page = pageOf<{ node?: GraphNode; edge?: GraphEdge }>(items, query, 10_000);
    reply.send({
      ...head,
      size: { nodes: nodes.length, edges: edges.length },
      nodes: page.items.flatMap(({ node }) => node ?? []),
      edges: page.items.flatMap(({ edge }) => edge ?? []),
      complete: page.next === undefined,
      ...(page.next === undefined ? {} : { next: page.next }),
    });
  }
}

async function writeLines(raw: RawReply['raw'], head: object, items: Iterable<object>): Promise<void> {
  raw.writeHead(200, { 'content-type': 'application/x-ndjson' });
  raw.write(`${JSON.stringify(head)}\n`);
  for (const item of items) {
    if (!raw.write(`${JSON.stringify(item)}\n`)) await new Promise((resume) => raw.once('drain', resume));
    if (!raw.writable) return; // the client has gone
  }
  raw.end();
}

function directionOf(text: string | undefined): Direction {
  if (text === undefined) return 'both';
  if (text === 'forward' || text === 'backward' || text === 'both') return text;
  const message = 'direction must be forward, backward or both';
  throw Problem.badRequest('trace/bad-direction', message, [{ field: 'direction', rule: 'trace/bad-direction', message }]);
}
