import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { KeylessEndpoint } from '../http/keyless-endpoint';
import type { FastifyReply } from 'fastify';
import { Metrics } from './metrics';

@ApiTags('operation')
@KeylessEndpoint()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  /** Prometheus text format 0.0.4. */
  @Get()
  @ApiOperation({ summary: 'Metrics for Prometheus' })
  async read(@Res() reply: FastifyReply): Promise<void> {
    await reply.header('Content-Type', this.metrics.registry.contentType).send(await this.metrics.registry.metrics());
  }
}
