import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '@suyuan/access';
import { Problem } from '@suyuan/platform';
import type { FastifyReply } from 'fastify';
import { InstallationKey } from '../keys/installation-key';
import { BlocklistView } from './blocklist-view';

const BLOCKLIST_TYPE = 'application/vnd.suyuan.blocklist';

/** The list with which a till can clear most codes without a line. Public, as the check is. */
@ApiTags('check')
@Controller('api/v1/check/blocklist')
@Public()
export class BlocklistController {
  constructor(
    private readonly lists: BlocklistView,
    private readonly key: InstallationKey,
  ) {}

  @Get()
  @ApiOperation({
    summary:
      'The list a till may ask offline: binary, docs/check.md; `since` a version gives what changed after it, or the full list where that is not kept',
  })
  async list(
    @Query('since') since: string | undefined,
    @Headers() headers: Readonly<Record<string, string | undefined>>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const served = await this.lists.serve(readVersion(since));
    if (served === undefined) throw notYet();
    const { version, base, plain, gzipped, statement, signature } = served;
    const isGzip = /(^|[\s,])(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*(,|$))|,|$)/.test(headers['accept-encoding'] ?? '');
    const etag = `"${version}${base === undefined ? '' : `-from-${base}`}${isGzip ? '-gzip' : ''}"`;
    reply
      .header('ETag', etag)
      .header('Vary', 'Accept-Encoding')
      // The statement is renewed though the bytes stay: ask again each time, a 304 costs nothing.
      .header('Cache-Control', 'no-cache')
      .header('Suyuan-Blocklist', statement)
      .header('Suyuan-Blocklist-Signature', signature);
    if ((headers['if-none-match'] ?? '').split(',').some((one) => one.trim() === etag || one.trim() === `W/${etag}`)) {
      await reply.code(304).send();
      return;
    }
    if (isGzip) reply.header('Content-Encoding', 'gzip');
    await reply.header('Content-Type', BLOCKLIST_TYPE).send(isGzip ? gzipped : plain);
  }

  @Get('key')
  @ApiOperation({ summary: 'The ed25519 public key of `Suyuan-Blocklist-Signature`' })
  async publicKey(): Promise<unknown> {
    return { algorithm: 'Ed25519', publicKey: await this.key.publicKey() };
  }
}

function readVersion(since: string | undefined): number | undefined {
  if (since === undefined) return undefined;
  if (typeof since === 'string' && /^\d{1,9}$/.test(since)) return Number(since);
  const message = 'since must be the version of a list, a decimal integer, given once';
  throw Problem.badRequest('invalid-query', message, [{ pointer: '/since', rule: 'check/blocklist-version', message }]);
}

function notYet(): Problem {
  return new Problem(503, 'check/no-blocklist-yet', 'Not yet', 'The first list is being put together. Ask again.', undefined, {
    'Retry-After': '2',
  });
}
