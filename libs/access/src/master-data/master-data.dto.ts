import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

/** What describes anything: free attributes beside the named ones, texts by name. */
class DescriptionBody {
  @ApiPropertyOptional({ type: Object, description: 'anything else worth knowing, as text by name' })
  @IsOptional()
  @IsObject()
  attributes?: Record<string, unknown>;
}

export class PlaceBody extends DescriptionBody {
  @ApiProperty({ description: 'GLN or SGLN in any spelling, or an absolute URI' }) @IsString() @IsNotEmpty() id!: string;

  @ApiPropertyOptional({ description: 'GLN of the party it belongs to; null gives it up', nullable: true })
  @IsOptional()
  @IsString()
  party?: string | null;

  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(300) name?: string;

  @ApiPropertyOptional({ description: 'one line, or {street, city, region, postalCode}' })
  @Transform(({ value }) => oneLine(value))
  @IsOptional()
  @IsString()
  @MaxLength(600)
  address?: string;

  @ApiPropertyOptional({ description: 'ISO 3166-1 alpha-2' }) @IsOptional() @IsString() @MaxLength(60) country?: string;
}

/** A case of 24, a pallet of 40 cases: one level, the level below may have contents of its own. */
class PackContentsBody {
  @ApiProperty({ description: 'GTIN of what is in it' }) @IsString() @IsNotEmpty() gtin!: string;
  @ApiProperty() @IsInt() @Min(1) @Max(1_000_000) quantity!: number;
}

export class ProductBody extends DescriptionBody {
  @ApiPropertyOptional({ description: 'GTIN in any spelling, or an absolute URI' })
  @ValidateIf(needed('gtin'))
  @IsString()
  @IsNotEmpty()
  id?: string;
  @ApiPropertyOptional({ description: 'the same, by its usual name' })
  @ValidateIf(needed('id'))
  @IsString()
  @IsNotEmpty()
  gtin?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(300) name?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(300) nameZh?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(200) brand?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(200) category?: string;
  @ApiPropertyOptional({ description: 'GLN of the producer' }) @IsOptional() @IsString() producer?: string;
  @ApiPropertyOptional({ description: 'where it comes from' }) @IsOptional() @IsString() @MaxLength(200) origin?: string;
  @ApiPropertyOptional({ description: 'of a pack: how many of which trade item are in it' })
  @IsOptional()
  @ValidateNested()
  @Type(() => PackContentsBody)
  contains?: PackContentsBody;
}

const ADDRESS_PARTS = ['street', 'streetAddress', 'city', 'region', 'state', 'postalCode'];

function oneLine(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  // Left as an object, and so refused as "must be a string", when it holds anything else.
  if (!entries.every(([name, part]) => ADDRESS_PARTS.includes(name) && typeof part === 'string')) return value;
  return ADDRESS_PARTS.flatMap((name) => entries.filter(([given]) => given === name).map(([, part]) => String(part))).join(', ');
}

function needed(other: string): (body: object) => boolean {
  return (body) => Reflect.get(body, other) === undefined;
}
