import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { PROBABILITIES, Probability, Severity } from './domain/hazard';
import { Finding } from './domain/investigation.events';

/** Body of `POST /api/v1/investigations`: codes are those of the signals unless given. */
export class OpenInvestigationDto {
  @IsString() @MinLength(1) @MaxLength(300) title!: string;
  @IsOptional() @IsArray() @IsString({ each: true }) signals?: string[];
  @IsOptional() @IsArray() @IsString({ each: true }) codes?: string[];
}

class ScenarioDto {
  @IsString() @MinLength(1) @MaxLength(2_000) harm!: string;
  /** 1 slight … 4 death or lasting harm. */
  @IsInt() @Min(1) @Max(4) severity!: Severity;
  @IsIn([...PROBABILITIES]) probability!: Probability;
  @IsOptional() @IsBoolean() vulnerable?: boolean;
}

/** Body of the moves; which members count depends on the move. */
export class MoveInvestigationDto {
  @IsOptional() @IsString() @MaxLength(5_000) reason?: string;
  /** `add-signal` */
  @IsOptional() @IsString() @MaxLength(100) signal?: string;
  /** `dispute`: what shows it, such as tests and where their reports are. */
  @IsOptional() @IsString() @MaxLength(10_000) evidence?: string;
  /** `report` */
  @IsOptional() @IsIn(['defect', 'no_defect', 'insufficient']) finding?: Finding;
  /** `assess` */
  @IsOptional() @IsArray() @ArrayNotEmpty() @ValidateNested({ each: true }) @Type(() => ScenarioDto) scenarios?: ScenarioDto[];
  @IsOptional() @IsString() @MaxLength(40) class?: string;
  @IsOptional() @IsIn(['consumer', 'retail', 'wholesale']) depth?: 'consumer' | 'retail' | 'wholesale';
  /** `answer-dispute` */
  @IsOptional() @IsBoolean() upheld?: boolean;
  /** `hold` */
  @IsOptional() @IsObject() scope?: object;
  @IsOptional() @IsString() @MinLength(1) @MaxLength(10_000) instructions?: string;
}

/** Body of `POST /api/v1/signals/{id}/dismiss`. */
export class DismissSignalDto {
  @IsString() @MinLength(1) @MaxLength(5_000) reason!: string;
}
