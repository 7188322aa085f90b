import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsOptional, IsString } from 'class-validator';

export class ShareBody {
  @ApiProperty({ description: 'GLN of the partner that may read' }) @IsString() with!: string;

  @ApiPropertyOptional({ description: "whose data; the caller's own when absent (administrators must say)" })
  @IsOptional()
  @IsString()
  owner?: string;

  @ApiPropertyOptional({ type: [String], description: 'GTINs or lots in any spelling; absent = all' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(1_000)
  @IsString({ each: true })
  products?: string[];

  @ApiPropertyOptional({ description: 'first event time, inclusive, RFC 3339' }) @IsOptional() @IsString() from?: string;
  @ApiPropertyOptional({ description: 'last event time, exclusive, RFC 3339' }) @IsOptional() @IsString() until?: string;
}
