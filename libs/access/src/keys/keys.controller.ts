import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { toUri } from '@suyuan/gs1';
import { Clock, Problem } from '@suyuan/platform';
import { DataSource } from 'typeorm';
import { Caller, Roles } from '../decorators';
import { ApiKeyEntity, PartyEntity } from '../entities';
import { Page, readPage } from '../http/page';
import { invalidBody } from '../http/read-body';
import { partyKeyInPath, readPartyKey } from '../http/read-keys';
import { readTime } from '../http/read-time';
import { Principal, Role } from '../principal';
import { ApiKeys } from './api-keys';
import { KeyBody, SystemKeyBody } from './key.dto';

@ApiTags('keys')
@Controller('api/v1')
export class KeysController {
  constructor(
    private readonly keys: ApiKeys,
    private readonly source: DataSource,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({ summary: 'Make a key for a party; its clear text is in this answer only' })
  @Roles('operator')
  @Post('parties/:id/keys')
  async create(@Caller() caller: Principal, @Param('id') id: string, @Body() wanted: KeyBody): Promise<object> {
    const party = partyKeyInPath(id);
    mustBeOwn(caller, party);
    const role = wanted.role ?? 'operator';
    if (caller.role !== 'admin' && role !== 'operator' && role !== 'auditor')
      throw Problem.forbidden('access/role-not-yours', 'A party makes keys of the roles operator and auditor.');
    await this.mustBeRegistered(party);
    return this.make(wanted, role, party);
  }

  @ApiOperation({ summary: 'Make a key that need not belong to a party (administrators)' })
  @Roles('admin')
  @Post('keys')
  async createForSystem(@Body() wanted: SystemKeyBody): Promise<object> {
    const party = typeof wanted.party === 'string' ? readPartyKey(wanted.party, '/party') : undefined;
    const role = wanted.role ?? 'operator';
    if (role === 'operator' && party === undefined)
      throw invalidBody([
        { pointer: '/party', rule: 'access/operator-needs-a-party', message: 'An operator acts for one party.' },
      ]);
    if (party !== undefined) await this.mustBeRegistered(party);
    return this.make(wanted, role, party);
  }

  @ApiOperation({ summary: 'Keys of a party, without secrets' })
  @Roles('operator')
  @Get('parties/:id/keys')
  async ofParty(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
  ): Promise<Page<object>> {
    const party = partyKeyInPath(id);
    mustBeOwn(caller, party);
    await this.mustBeRegistered(party);
    return this.keys.list(readPage(query), party);
  }

  @ApiOperation({ summary: 'All keys, without secrets (administrators)' })
  @Roles('admin')
  @Get('keys')
  all(@Query() query: Record<string, unknown>): Promise<Page<object>> {
    return this.keys.list(readPage(query));
  }

  @ApiOperation({ summary: 'Revoke a key: it opens nothing from this answer on' })
  @Roles('operator')
  @HttpCode(204)
  @Delete('keys/:keyId')
  async revoke(@Caller() caller: Principal, @Param('keyId') keyId: string): Promise<void> {
    const key = /^[\w-]{1,100}$/.test(keyId) ? await this.keys.find(keyId) : null;
    if (key === null || !mayRevoke(caller, key)) throw Problem.notFound(`There is no key ${keyId}.`);
    const isLive = key.revokedAt === null && (key.expiresAt === null || key.expiresAt > this.clock.now());
    if (key.role === 'admin' && isLive && (await this.keys.countAdmins()) === 1)
      throw Problem.conflict('access/last-administrator', 'This is the last administrator key; make another one first.');
    await this.keys.revoke(keyId);
  }

  private async make(wanted: KeyBody, role: Role, party: string | undefined): Promise<object> {
    const expiresAt = typeof wanted.expiresAt === 'string' ? readTime(wanted.expiresAt, '/expiresAt') : undefined;
    if (expiresAt !== undefined && expiresAt <= this.clock.now())
      throw invalidBody([
        { pointer: '/expiresAt', rule: 'access/already-expired', message: 'The key would be expired from the beginning.' },
      ]);
    const made = await this.keys.create({ role, party, label: wanted.label, expiresAt });
    return {
      ...made,
      role,
      party: party === undefined ? null : toUri(party),
      label: wanted.label ?? null,
      expiresAt: expiresAt ?? null,
    };
  }

  private async mustBeRegistered(party: string): Promise<void> {
    if (!(await this.source.getRepository(PartyEntity).existsBy({ id: party, registered: true })))
      throw Problem.notFound(`Party ${party} is not registered.`);
  }
}

/** Another party's key is not there for an operator: its existence is nobody else's business. */
function mayRevoke(caller: Principal, key: ApiKeyEntity): boolean {
  if (caller.role === 'admin') return true;
  return caller.party !== undefined && key.party === caller.party && (key.role === 'operator' || key.role === 'auditor');
}

function mustBeOwn(caller: Principal, party: string): void {
  if (caller.role !== 'admin' && caller.party !== party)
    throw Problem.forbidden('access/not-your-party', 'The keys of a party are its own and the administrators’ business.');
}
