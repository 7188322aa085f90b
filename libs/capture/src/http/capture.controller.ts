import { Caller, type Principal, Roles } from '@suyuan/access';
import { Problem, setPosition } from '@suyuan/platform';
import { Controller, Get, HttpCode, Options, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DocumentCapture } from '../document/document-capture';
import { type CaptureJob, jobBody } from '../jobs/capture-job';
import { CaptureJobs } from '../jobs/capture-jobs';
import { CAPTURE_HEADERS, checkVersions, discover, errorBehaviour, stampVersions } from './epcis-headers';
import { linkNext, readPage } from './paging';
import { bodyBytes, mediaType } from './request-body';

const DOCUMENT_TYPES = ['application/json', 'application/ld+json'];

/** The capture interface of EPCIS 2.0 (8.2.7, 8.2.8). */
@ApiTags('EPCIS capture')
@Controller('epcis/capture')
export class CaptureController {
  constructor(
    private readonly capture: DocumentCapture,
    private readonly jobs: CaptureJobs,
  ) {}

  @Options()
  @HttpCode(204)
  @ApiOperation({ summary: 'What capture supports' })
  options(@Res({ passthrough: true }) reply: FastifyReply): void {
    discover(reply, 'GET, OPTIONS, POST', CAPTURE_HEADERS);
  }

  /**
   * Takes an EPCISDocument or EPCISQueryDocument of any length as a stream; `Content-Encoding: gzip` is understood. The
   * answer comes when the outcome is durable. 202 with the job at `Location`; 400 with every fault by JSON pointer, or
   * 409 where an event id is in use for other content: then nothing is stored but the job that says so.
   */
  @Post()
  @HttpCode(202)
  @Roles('operator', 'regulator')
  @ApiOperation({ summary: 'Capture an EPCIS document' })
  @ApiConsumes(...DOCUMENT_TYPES)
  @ApiHeader({
    name: 'GS1-Capture-Error-Behaviour',
    required: false,
    schema: { enum: ['rollback', 'proceed'], default: 'rollback' },
  })
  @ApiResponse({ status: 202, description: 'Captured; the job is at Location, the log position in Suyuan-Position' })
  @ApiResponse({ status: 400, description: 'Refused: errors[] has pointer, rule and message of each fault' })
  @ApiResponse({ status: 409, description: 'Refused: an event id is in use for other content' })
  async post(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: Principal,
  ): Promise<Record<string, unknown>> {
    mediaType(request, DOCUMENT_TYPES);
    checkVersions(request);
    const { job, refusal } = await this.capture.capture(bodyBytes(request), caller, errorBehaviour(request));
    const location = `/epcis/capture/${job.captureId}`;
    if (refusal !== undefined) throw refused(job, refusal, location);
    stampVersions(reply);
    setPosition(reply, job.position);
    reply.header('Location', location);
    return jobBody(job);
  }

  @Get()
  @ApiOperation({ summary: 'Capture jobs of the caller, newest first' })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: Principal,
    @Query() query: Record<string, unknown>,
  ): Promise<Record<string, unknown>[]> {
    const { perPage, token, rest } = readPage(query);
    const unknown = Object.keys(rest)[0];
    if (unknown !== undefined)
      throw Problem.badRequest('epcisException:QueryParameterException', `${unknown} is not supported here.`);
    const { jobs, next } = await this.jobs.list(ownerOf(caller), perPage, token);
    stampVersions(reply);
    linkNext(request, reply, next);
    return jobs.map(jobBody);
  }

  @Options(':captureId')
  @HttpCode(204)
  @ApiOperation({ summary: 'What a capture job supports' })
  optionsOfJob(@Res({ passthrough: true }) reply: FastifyReply): void {
    discover(reply, 'GET, OPTIONS');
  }

  @Get(':captureId')
  @ApiOperation({ summary: 'One capture job' })
  async find(
    @Param('captureId') captureId: string,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Record<string, unknown>> {
    const job = captureId.includes('\u0000') ? undefined : await this.jobs.find(captureId, ownerOf(caller));
    if (job === undefined) {
      throw new Problem(404, 'epcisException:NoSuchNameException', 'Not found', 'There is no such capture job.');
    }
    stampVersions(reply);
    return jobBody(job);
  }
}

/** Operators see their own jobs, everybody else all of them. */
function ownerOf(caller: Principal): string | undefined {
  return caller.role === 'operator' ? (caller.party ?? '') : undefined;
}

function refused(job: CaptureJob, refusal: 'invalid' | 'conflict', location: string): Problem {
  const more = job.errorCount - job.errors.length;
  const first = job.errors[0];
  const detail = `Nothing was stored: ${first === undefined ? '' : `${first.pointer ?? ''} ${first.message}`}${job.errorCount > 1 ? `; ${job.errorCount} faults in all` : ''}.`;
  return new Problem(
    refusal === 'conflict' ? 409 : 400,
    refusal === 'conflict' ? 'epcisException:ResourceAlreadyExistsException' : 'epcisException:ValidationException',
    refusal === 'conflict' ? 'Event id in use for other content' : 'Document refused',
    detail,
    job.errors,
    { Location: location },
    { captureID: job.captureId, ...(more > 0 ? { errorsNotListed: more } : {}) },
  );
}
