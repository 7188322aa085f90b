import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { ROLES, Role } from '../principal';

export class KeyBody {
  @ApiPropertyOptional({ enum: ROLES, default: 'operator' }) @IsOptional() @IsIn(ROLES) role?: Role;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(200) label?: string;
  @ApiPropertyOptional({ description: 'RFC 3339 with offset; absent = does not expire' })
  @IsOptional()
  @IsString()
  expiresAt?: string;
}

/** A key that need not belong to a party: for administrators, regulators, auditors. */
export class SystemKeyBody extends KeyBody {
  @ApiPropertyOptional({ description: "A party's GLN in any spelling" }) @IsOptional() @IsString() party?: string;
}
