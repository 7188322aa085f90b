import { ArrayNotEmpty, IsArray, IsString } from 'class-validator';

/** Body of `POST /api/v1/check`: codes in any spelling. */
export class CheckDto {
  @IsArray() @ArrayNotEmpty() @IsString({ each: true }) codes!: string[];
}
