import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '@suyuan/access';
import { toUri } from '@suyuan/gs1';
import { Problem } from '@suyuan/platform';
import { CodeCheck } from './code-check';
import { CheckDto } from './check.dto';

/** Codes that one request may ask for. */
const CODES_MAX = 10_000;

/** The till's question. Public: whoever holds a product may ask. */
@ApiTags('check')
@Controller('api/v1/check')
@Public()
export class CheckController {
  constructor(private readonly codes: CodeCheck) {}

  @Get(':code')
  @ApiOperation({ summary: 'affected, not_affected, or which code is needed to tell; a malformed code is a 400' })
  async one(@Param('code') code: string): Promise<unknown> {
    const parsed = this.codes.read(code);
    if (!parsed.ok)
      throw Problem.badRequest(parsed.error.rule, parsed.error.message, [
        { field: 'code', rule: parsed.error.rule, message: parsed.error.message },
      ]);
    return { code: toUri(parsed.identifier.key), ...(await this.codes.check(parsed.identifier)) };
  }

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Many codes at once, answered in their order; a malformed one has an error in its place' })
  async many(@Body() { codes }: CheckDto): Promise<unknown> {
    if (codes.length > CODES_MAX)
      throw Problem.badRequest('recall/too-many-codes', `at most ${CODES_MAX} codes`, [
        { pointer: '/codes', rule: 'recall/too-many-codes', message: `${codes.length} were sent` },
      ]);
    return { items: await Promise.all(codes.map((code, index) => this.item(code, index))) };
  }

  private async item(code: string, index: number): Promise<unknown> {
    const parsed = this.codes.read(code);
    if (parsed.ok) return { code: toUri(parsed.identifier.key), ...(await this.codes.check(parsed.identifier)) };
    const { rule, message } = parsed.error;
    return { code, error: { pointer: `/codes/${index}`, rule, message } };
  }
}
