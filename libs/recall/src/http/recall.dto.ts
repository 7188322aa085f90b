import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { TaskMark } from '../domain/holder-task.events';
import { NoticeDetailsDto } from '../notices/notice-details.dto';

export class ContactDto {
  @IsString() @MinLength(1) @MaxLength(200) name!: string;
  @IsOptional() @IsString() @MaxLength(60) phone?: string;
  @IsOptional() @IsString() @MaxLength(254) email?: string;
}

/** Body of `POST /api/v1/recalls`. */
export class CreateRecallDto {
  @IsString() @MinLength(1) @MaxLength(300) title!: string;
  @IsIn(['real', 'drill']) mode!: 'real' | 'drill';
  @IsArray() @ArrayNotEmpty() @IsString({ each: true }) @MaxLength(40, { each: true }) regimes!: string[];
  @IsIn(['voluntary', 'requested', 'ordered']) basis!: 'voluntary' | 'requested' | 'ordered';
  @IsOptional() @IsString() @MaxLength(40) class?: string;
  @IsIn(['consumer', 'retail', 'wholesale']) depth!: 'consumer' | 'retail' | 'wholesale';
  @IsString() @MinLength(1) @MaxLength(5_000) reason!: string;
  @IsString() @MinLength(1) @MaxLength(5_000) hazard!: string;
  @IsString() @MinLength(1) @MaxLength(1_000) product!: string;
  @IsObject() scope!: object;
  @IsOptional() @IsString() @MaxLength(5_000) remedy?: string;
  @IsString() @MinLength(1) @MaxLength(10_000) instructions!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => ContactDto) contacts!: ContactDto[];
  @IsOptional() @ValidateNested() @Type(() => NoticeDetailsDto) details?: NoticeDetailsDto;
  /** The investigation that led to this recall. */
  @IsOptional() @IsString() @MaxLength(100) investigationId?: string;
}

/** Body of the moves; which members count depends on the move. */
export class MoveDto {
  @IsOptional() @IsString() @MaxLength(5_000) reason?: string;
  @IsOptional() @IsString() @MaxLength(10_000) summary?: string;
  @IsOptional() @IsObject() plan?: Record<string, unknown>;
  /** `answer-objection`: whether the producer was right. */
  @IsOptional() @IsBoolean() upheld?: boolean;
  /** `file-report` */
  @IsOptional() @IsIn(['progress', 'final']) kind?: 'progress' | 'final';
  /** `file-report`: the regime whose clock the report meets; every regime of the recall when left out. */
  @IsOptional() @IsString() @MaxLength(40) regime?: string;
  /** `approve`: which proposal; the newest when left out. */
  @IsOptional() @IsIn(['narrow', 'withdraw', 'publish']) what?: 'narrow' | 'withdraw' | 'publish';
  @IsOptional() @IsString() @MinLength(1) @MaxLength(300) title?: string;
  @IsOptional() @IsString() @MaxLength(5_000) hazard?: string;
  @IsOptional() @IsString() @MaxLength(5_000) remedy?: string;
  @IsOptional() @IsString() @MaxLength(10_000) instructions?: string;
  @IsOptional() @IsObject() scope?: object;
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => ContactDto) contacts?: ContactDto[];
  @IsOptional() @ValidateNested() @Type(() => NoticeDetailsDto) details?: NoticeDetailsDto;
}

export class AcknowledgeDto {
  @IsOptional() @IsString() @MaxLength(200) by?: string;
}

export class AssessDto {
  @IsBoolean() affected!: boolean;
  @IsOptional() @IsString() @MaxLength(5_000) note?: string;
}

class QuantityDto {
  @IsString() @MaxLength(300) product!: string;
  @IsOptional() @IsString() @MaxLength(3) uom?: string;
  @IsNumber() @Min(0) quantity!: number;
}

export class ContainDto {
  @IsArray() @ValidateNested({ each: true }) @Type(() => QuantityDto) lines!: QuantityDto[];
}

class ForwardTargetDto {
  @IsOptional() @IsString() @MaxLength(300) party?: string;
  @IsOptional() @IsString() @MaxLength(200) name?: string;
  @IsOptional() @IsString() @MaxLength(254) contact?: string;
}

export class ForwardDto {
  @IsArray() @ValidateNested({ each: true }) @Type(() => ForwardTargetDto) to!: ForwardTargetDto[];
}

class ReconciliationDto {
  @IsString() @MaxLength(300) product!: string;
  @IsOptional() @IsString() @MaxLength(3) uom?: string;
  @IsOptional() @IsNumber() @Min(0) onHand?: number;
  @IsOptional() @IsNumber() @Min(0) sold?: number;
  @IsOptional() @IsNumber() @Min(0) moved?: number;
  @IsOptional() @IsNumber() @Min(0) consumed?: number;
  @IsOptional() @IsNumber() @Min(0) destroyed?: number;
  @IsOptional() @IsNumber() @Min(0) returned?: number;
  @IsOptional() @IsNumber() @Min(0) lost?: number;
}

export class ReconcileDto {
  @IsArray() @ValidateNested({ each: true }) @Type(() => ReconciliationDto) lines!: ReconciliationDto[];
}

class DisposalDto extends QuantityDto {
  @IsIn(['returned', 'destroyed', 'reworked']) method!: 'returned' | 'destroyed' | 'reworked';
  @IsOptional() @IsString() @MaxLength(5_000) evidence?: string;
}

export class DisposeDto {
  @IsArray() @ValidateNested({ each: true }) @Type(() => DisposalDto) lines!: DisposalDto[];
}

export class DisputeDto {
  @IsString() @MinLength(1) @MaxLength(5_000) reason!: string;
}

/** Body of `POST /api/v1/recalls/{id}/holders/{noticeId}/mark`. */
export class MarkTaskDto {
  @IsIn(['unreachable', 'non_responsive', 'refused', 'waived', 'out_of_business', 'none']) mark!: TaskMark | 'none';
  @IsString() @MinLength(1) @MaxLength(5_000) reason!: string;
}

const RECALL_ID = /^rc-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export class SignalDto {
  @IsIn(['complaint', 'incident', 'failed_test', 'foreign_alert', 'market_inspection', 'trace_exception']) kind!: string;
  @IsString() @MinLength(1) @MaxLength(10_000) description!: string;
  @IsOptional() @IsArray() @IsString({ each: true }) codes?: string[];
  @IsOptional() @IsString() @MaxLength(60) at?: string;
  @IsOptional() @Matches(RECALL_ID) recallId?: string;
}
