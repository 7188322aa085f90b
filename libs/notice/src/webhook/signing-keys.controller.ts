import { Public, Roles } from '@suyuan/access';
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsNumber, IsOptional, Max, Min } from 'class-validator';
import { PublishedKey, SigningKeys } from './signing-keys';

class RotateKeyBody {
  @ApiPropertyOptional({ description: 'Hours for which the old key signs too: 0 to 720, 72 when absent' })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(720)
  overlapHours?: number;
}

/** The public keys with which anybody can verify a webhook of this server (`v1a` of Standard Webhooks). */
@ApiTags('webhooks')
@Controller('api/v1/webhook-keys')
export class SigningKeysController {
  constructor(private readonly keys: SigningKeys) {}

  @Public()
  @Get()
  @ApiOperation({ summary: 'ed25519 public keys in force, newest first' })
  async list(): Promise<{ items: PublishedKey[] }> {
    return { items: await this.keys.published() };
  }

  @Roles('admin')
  @Post('rotate')
  @HttpCode(200)
  @ApiOperation({ summary: 'A new key; the old one signs too for a while' })
  async rotate(@Body() body: RotateKeyBody): Promise<{ items: PublishedKey[] }> {
    return { items: await this.keys.rotate(body.overlapHours ?? 72) };
  }
}
