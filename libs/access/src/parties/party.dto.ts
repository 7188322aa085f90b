import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsEmail,
  IsNotEmpty,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

const ROLE = /^[a-z][a-z0-9_-]{0,39}$/;

/** null is a wrong type, not an absence: only `webhook` may be null. */
function given(member: string): (body: object) => boolean {
  return (body) => Reflect.get(body, member) !== undefined;
}

/** A person or desk to call; personal data, kept out of the log. */
export class ContactBody {
  @ApiProperty() @IsString() @IsNotEmpty() @MaxLength(200) name!: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(50) phone?: string;
  @ApiPropertyOptional() @IsOptional() @IsEmail() @MaxLength(254) email?: string;
}

export class WebhookBody {
  @ApiProperty({ description: 'https, or http for addresses within SUYUAN_EGRESS_ALLOW' })
  @IsString()
  @MaxLength(2000)
  url!: string;

  @ApiPropertyOptional({ description: 'whsec_ and base64 of 24 to 64 bytes; made when absent, and shown in that answer only' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  secret?: string;
}

export class RotateWebhookBody {
  @ApiPropertyOptional({ description: 'whsec_ and base64 of 24 to 64 bytes; made when absent, and shown in that answer only' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  secret?: string;

  @ApiPropertyOptional({ description: 'Hours for which the old secret signs too: 0 to 720, 24 when absent' })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(720)
  overlapHours?: number;
}

class PartyMembersBody {
  @ApiPropertyOptional({ type: [String], description: 'manufacturer, distributor, retailer, platform, carrier, laboratory, …' })
  @ValidateIf(given('roles'))
  @IsArray()
  @ArrayMaxSize(20)
  @Matches(ROLE, { each: true, message: 'roles are lower-case words such as manufacturer' })
  roles?: string[];

  @ApiPropertyOptional({ type: [String], description: 'GLNs of its places, in any spelling' })
  @ValidateIf(given('places'))
  @IsArray()
  @ArrayMaxSize(10_000)
  @IsString({ each: true })
  places?: string[];

  @ApiPropertyOptional({ type: [ContactBody] })
  @ValidateIf(given('contacts'))
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => ContactBody)
  contacts?: ContactBody[];

  @ApiPropertyOptional({ type: WebhookBody, nullable: true, description: 'null takes it away' })
  @IsOptional()
  @ValidateNested()
  @Type(() => WebhookBody)
  webhook?: WebhookBody | null;
}

/** What may be changed of a party; what is absent stays. */
export class PartyChangeBody extends PartyMembersBody {
  @ApiPropertyOptional()
  @ValidateIf(given('name'))
  @IsString()
  @Matches(/\S/, { message: 'name must not be empty' })
  @MaxLength(200)
  name?: string;
}

export class PartyBody extends PartyMembersBody {
  @ApiProperty({ description: 'GLN or PGLN in any spelling' }) @IsString() id!: string;
  @ApiProperty() @IsString() @Matches(/\S/, { message: 'name must not be empty' }) @MaxLength(200) name!: string;
}
