import { Caller, type Principal, Roles } from '@suyuan/access';
import { Problem, setPosition } from '@suyuan/platform';
import { applyDecorators, Controller, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ROW_SCHEMAS } from '../simple/row-schemas';
import { readRows } from '../simple/rows';
import { SimpleCapture, type SimpleOutcome } from '../simple/simple-capture';
import { VERBS, type VerbName } from '../simple/verbs';
import { bodyText, mediaType } from './request-body';

const TYPES = ['application/json', 'application/x-ndjson', 'application/ndjson', 'text/csv'];
const BODY_BYTES_MAX = 64 * 1024 ** 2;

const Rows = (verb: VerbName, summary: string): MethodDecorator =>
  applyDecorators(
    Post(verb),
    HttpCode(201),
    Roles('operator', 'regulator'),
    ApiOperation({
      summary,
      description: 'A row, a list of rows, NDJSON, or CSV with a header line. A repeated row is the same event.',
    }),
    ApiConsumes(...TYPES),
    ApiBody({ schema: { oneOf: [ROW_SCHEMAS[verb], { type: 'array', items: ROW_SCHEMAS[verb] }] } as object }),
    ApiQuery({ name: 'onError', required: false, schema: { enum: ['rollback', 'proceed'] } }),
    ApiResponse({
      status: 201,
      description: '{position, eventIds[], accepted, duplicates, errors[]}; position also in Suyuan-Position',
    }),
    ApiResponse({ status: 422, description: 'Nothing stored: errors[] has row, field, rule and message' }),
  );

/** Capture for people without EPCIS (API.md, "Capture"). */
@ApiTags('Events in plain rows')
@Controller('api/v1/events')
export class SimpleEventsController {
  constructor(private readonly capture: SimpleCapture) {}

  @Rows('production', 'Something was made, from inputs or anew')
  production(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: Principal,
    @Query() query: object,
  ): Promise<object> {
    return this.take('production', request, reply, caller, query);
  }

  @Rows('packing', 'Things were put into a container')
  packing(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: Principal,
    @Query() query: object,
  ): Promise<object> {
    return this.take('packing', request, reply, caller, query);
  }

  @Rows('unpacking', 'Things were taken out of a container')
  unpacking(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: Principal,
    @Query() query: object,
  ): Promise<object> {
    return this.take('unpacking', request, reply, caller, query);
  }

  @Rows('shipment', 'Things were sent off')
  shipment(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: Principal,
    @Query() query: object,
  ): Promise<object> {
    return this.take('shipment', request, reply, caller, query);
  }

  @Rows('receipt', 'Things arrived')
  receipt(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: Principal,
    @Query() query: object,
  ): Promise<object> {
    return this.take('receipt', request, reply, caller, query);
  }

  @Rows('sale', 'Things were sold to a consumer')
  sale(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: Principal,
    @Query() query: object,
  ): Promise<object> {
    return this.take('sale', request, reply, caller, query);
  }

  @Rows('return', 'Things were brought back')
  return(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: Principal,
    @Query() query: object,
  ): Promise<object> {
    return this.take('return', request, reply, caller, query);
  }

  @Rows('transformation', 'One thing was made of others')
  transformation(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: Principal,
    @Query() query: object,
  ): Promise<object> {
    return this.take('transformation', request, reply, caller, query);
  }

  @Rows('destruction', 'Things were destroyed')
  destruction(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: Principal,
    @Query() query: object,
  ): Promise<object> {
    return this.take('destruction', request, reply, caller, query);
  }

  @Rows('inspection', 'Things were looked at')
  inspection(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: Principal,
    @Query() query: object,
  ): Promise<object> {
    return this.take('inspection', request, reply, caller, query);
  }

  private async take(
    verb: VerbName,
    request: FastifyRequest,
    reply: FastifyReply,
    caller: Principal,
    query: object,
  ): Promise<SimpleOutcome> {
    const { onError = 'rollback', ...rest } = query as Record<string, unknown>;
    if (Object.keys(rest).length > 0)
      throw Problem.badRequest('capture/query', `${Object.keys(rest).join(', ')} is not known here.`);
    if (onError !== 'rollback' && onError !== 'proceed')
      throw Problem.badRequest('capture/query', 'onError must be rollback or proceed.');
    const type = mediaType(request, TYPES);
    const rows = readRows(await bodyText(request, BODY_BYTES_MAX), type);
    const outcome = await this.capture.capture(VERBS[verb], rows, caller, onError);
    setPosition(reply, outcome.position);
    return outcome;
  }
}
