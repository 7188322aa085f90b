import { NoticeDetails } from '../domain/notice-details';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

class TranslationDto {
  @IsOptional() @IsString() @MaxLength(300) title?: string;
  @IsOptional() @IsString() @MaxLength(1_000) product?: string;
  @IsOptional() @IsString() @MaxLength(5_000) reason?: string;
  @IsOptional() @IsString() @MaxLength(5_000) hazard?: string;
  @IsOptional() @IsString() @MaxLength(10_000) instructions?: string;
  @IsOptional() @IsString() @MaxLength(5_000) remedy?: string;
  @IsOptional() @IsString() @MaxLength(1_000) codesPrintedAt?: string;
  @IsOptional() @IsString() @MaxLength(1_000) soldWhere?: string;
}

class TranslationsDto {
  @IsOptional() @ValidateNested() @Type(() => TranslationDto) 'zh-CN'?: TranslationDto;
  @IsOptional() @ValidateNested() @Type(() => TranslationDto) en?: TranslationDto;
}

/** `details` of a recall: what its notices may say beyond the recall's own fields (`notice-details.ts`). */
export class NoticeDetailsDto {
  @IsOptional() @IsString() @MaxLength(200) brand?: string;
  @IsOptional() @IsString() @MaxLength(200) model?: string;
  @IsOptional() @IsString() @MaxLength(200) category?: string;
  @IsOptional() @IsString() @MaxLength(1_000) codesPrintedAt?: string;
  @IsOptional()
  @IsUrl({ protocols: ['https', 'http'], require_protocol: true, require_tld: false })
  @MaxLength(2_000)
  picture?: string;
  @IsOptional() @IsString() @MaxLength(100) soldFrom?: string;
  @IsOptional() @IsString() @MaxLength(100) soldUntil?: string;
  @IsOptional() @IsString() @MaxLength(1_000) soldWhere?: string;
  @IsOptional() @IsInt() @Min(0) @Max(1_000_000_000_000) unitsAffected?: number;
  @IsOptional() @IsString() @MaxLength(500) legalBasis?: string;
  @IsOptional() @IsString() @MaxLength(200) orderNumber?: string;
  @IsOptional() @IsString() @MaxLength(100) reasonCode?: string;
  @IsOptional() @IsString() @MaxLength(2_000) incidents?: string;
  @IsOptional() @IsArray() @ArrayMaxSize(3) @IsIn(['repair', 'replacement', 'refund'], { each: true }) remedies?: (
    'repair' | 'replacement' | 'refund'
  )[];
  @IsOptional() @IsString() @MaxLength(60) consumerLine?: string;
  @IsOptional()
  @IsUrl({ protocols: ['https', 'http'], require_protocol: true, require_tld: false })
  @MaxLength(2_000)
  consumerUrl?: string;
  @IsOptional() @IsString() @MaxLength(60) afterHours?: string;
  @IsOptional() @ValidateNested() @Type(() => TranslationsDto) translations?: TranslationsDto;
}

/** Plain data without absent members, as it is kept in the log. */
export function plainDetails(details: NoticeDetailsDto): NoticeDetails {
  return JSON.parse(JSON.stringify(details)) as NoticeDetails;
}
