import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Principal, Roles } from '@suyuan/access';
import { Problem, setPosition } from '@suyuan/platform';
import { ArrayNotEmpty, IsArray, IsString, MaxLength, MinLength } from 'class-validator';
import { Erasure } from './erasure';
import { PersonalData } from './personal-data';

class EraseDto {
  @IsArray() @ArrayNotEmpty() @IsString({ each: true }) ids!: string[];
  @IsString() @MinLength(1) @MaxLength(2_000) reason!: string;
}

const MOST = 1_000;

/** What is kept about people, and its erasure. For administrators. */
@ApiTags('personal-data')
@Roles('admin')
@Controller('api/v1/personal-data')
export class PersonalDataController {
  constructor(
    private readonly data: PersonalData,
    private readonly erasure: Erasure,
  ) {}

  /** `{items: [{id, said, purpose, subject, keptUntil}]}`: everything that contains the text, case aside. */
  @Get()
  @ApiOperation({ summary: 'What is kept about somebody, for an access request' })
  async find(@Query('contains') contains: string | undefined): Promise<unknown> {
    if (contains === undefined || contains.trim().length < 2) {
      const message = 'contains must be at least two characters of what to look for';
      throw Problem.badRequest('personal-data/contains', message, [
        { field: 'contains', rule: 'personal-data/contains', message },
      ]);
    }
    return { items: await this.data.find(contains, MOST) };
  }

  /** `{erased: [id]}`. What the log says stays; what it said it about is gone, in notices kept for delivery too. */
  @Post('erase')
  @HttpCode(200)
  @ApiOperation({ summary: 'Erase by ids, as the list shows them' })
  async erase(
    @Body() { ids, reason }: EraseDto,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: { header(name: string, value: string): unknown },
  ): Promise<unknown> {
    const { erased, position } = await this.erasure.erase(ids, reason, caller.keyId);
    if (position > 0) setPosition(reply, position);
    return { erased };
  }
}
