import { Caller, type Principal, Roles } from '@suyuan/access';
import type { LogRecord } from '@suyuan/event-log';
import { locateJsonFault, Problem, setPosition } from '@suyuan/platform';
import { Controller, Get, HttpCode, Options, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SPLITTER_LIMITS } from '../document/capture-limits';
import type { CapturedData } from '../events/captured-record';
import { EventCapture } from '../events/event-capture';
import { queryDocument } from '../event-index/query-document';
import { readConditions } from '../event-index/event-filter';
import { EventReader } from '../event-index/event-reader';
import { checkVersions, discover, stampVersions } from './epcis-headers';
import { linkNext, readPage } from './paging';
import { bodyText, mediaType } from './request-body';

/** Single events of EPCIS 2.0: capture one, read one, list them. */
@ApiTags('EPCIS events')
@Controller('epcis/events')
export class EventsController {
  constructor(
    private readonly capture: EventCapture,
    private readonly reader: EventReader,
  ) {}

  @Options()
  @HttpCode(204)
  @ApiOperation({ summary: 'What events support' })
  options(@Res({ passthrough: true }) reply: FastifyReply): void {
    discover(reply, 'GET, OPTIONS, POST');
  }

  @Post()
  @HttpCode(201)
  @Roles('operator', 'regulator')
  @ApiOperation({ summary: 'Capture one bare event' })
  @ApiConsumes('application/json', 'application/ld+json')
  @ApiResponse({ status: 201, description: 'Captured; the event is at Location' })
  @ApiResponse({ status: 409, description: 'The event id is in use' })
  async post(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: Principal,
  ): Promise<{ eventID: string; position: number }> {
    mediaType(request, ['application/json', 'application/ld+json']);
    checkVersions(request);
    const { eventId, position } = await this.capture.capture(
      parse(await bodyText(request, SPLITTER_LIMITS.eventBytesMax)),
      caller,
    );
    stampVersions(reply);
    setPosition(reply, position);
    reply.header('Location', `/epcis/events/${encodeURIComponent(eventId)}`);
    return { eventID: eventId, position };
  }

  @Get()
  @ApiOperation({ summary: 'Events in order of capture, filtered by EPCIS query parameters' })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: Record<string, unknown>,
  ): Promise<Record<string, unknown>> {
    checkVersions(request);
    const { perPage, token, rest } = readPage(query);
    const { records, next } = await this.reader.list(readConditions(rest), token ?? 0, perPage);
    stampVersions(reply);
    linkNext(request, reply, next);
    return queryDocument(records.map(toCaptured));
  }

  @Options(':eventId')
  @HttpCode(204)
  @ApiOperation({ summary: 'What one event supports' })
  optionsOfEvent(@Res({ passthrough: true }) reply: FastifyReply): void {
    discover(reply, 'GET, OPTIONS');
  }

  @Get(':eventId')
  @ApiOperation({ summary: 'The event and its error declarations' })
  async find(
    @Param('eventId') eventId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Record<string, unknown>> {
    checkVersions(request);
    const records = await this.reader.find(eventId);
    if (records.length === 0)
      throw new Problem(404, 'epcisException:NoSuchNameException', 'Not found', 'There is no event with this id.');
    stampVersions(reply);
    return queryDocument(records.map(toCaptured));
  }
}

function toCaptured(record: LogRecord): CapturedData & { recordTime: Date } {
  return { ...(record.data as unknown as CapturedData), recordTime: record.recordTime };
}

function parse(text: string): unknown {
  const fault =
    deepest(text) > SPLITTER_LIMITS.depthMax
      ? { pointer: '', message: `deeper than ${SPLITTER_LIMITS.depthMax} levels` }
      : undefined;
  try {
    if (fault === undefined) return JSON.parse(text) as unknown;
  } catch {
    // Found again below, with its place.
  }
  const { pointer, message, line } = { line: 1, ...(fault ?? locateJsonFault(text) ?? { pointer: '', message: 'not JSON' }) };
  throw Problem.badRequest('epcisException:ValidationException', `The body can not be read: line ${line}: ${message}.`, [
    { pointer, rule: fault === undefined ? 'json/syntax' : 'json/too-deep', message },
  ]);
}

/** Nesting of the brackets outside of strings. */
function deepest(text: string): number {
  let [depth, most] = [0, 0];
  for (const [bracket] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/gs)) {
    if (bracket === '{' || bracket === '[') most = Math.max(most, (depth += 1));
    else if (bracket === '}' || bracket === ']') depth -= 1;
  }
  return most;
}
