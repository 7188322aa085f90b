import { IsBoolean, IsIn, IsNumber, IsOptional, IsString, Max, MaxLength, Min, MinLength, ValidateIf } from 'class-validator';
import { Depth } from './domain/depth';
import { CheckMethod } from './domain/effectiveness';

/** Body of `POST …/effectiveness/samples`. Level, fraction and seed have defaults: the regime's level, its fraction, a new seed. */
export class DrawSampleDto {
  @IsOptional() @IsString() @MaxLength(10) level?: string;
  @IsOptional() @IsNumber() @Min(0) @Max(1) fraction?: number;
  /** How far down the chain holders are drawn from; the recall's depth unless told otherwise. */
  @IsOptional() @IsIn(['consumer', 'retail', 'wholesale']) depth?: Depth;
  @IsOptional() @IsString() @MinLength(1) @MaxLength(100) seed?: string;
}

/** Body of `POST …/effectiveness/checks`. */
export class RecordCheckDto {
  @IsString() @MaxLength(100) noticeId!: string;
  @IsIn(['visit', 'phone', 'mail', 'e-mail', 'records']) method!: CheckMethod;
  /** false: nobody could be reached; the other members then say nothing. */
  @IsBoolean() reached!: boolean;
  @ValidateIf(({ reached }: RecordCheckDto) => reached) @IsBoolean() gotNotice!: boolean;
  @ValidateIf(({ reached }: RecordCheckDto) => reached) @IsBoolean() understood!: boolean;
  @ValidateIf(({ reached }: RecordCheckDto) => reached) @IsBoolean() foundProduct!: boolean;
  @ValidateIf(({ reached }: RecordCheckDto) => reached) @IsBoolean() acted!: boolean;
  @IsOptional() @IsBoolean() forwarded?: boolean;
  @IsOptional() @IsNumber() @Min(0) quantity?: number;
}
