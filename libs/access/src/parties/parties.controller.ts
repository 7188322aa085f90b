import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Problem, setPosition } from '@suyuan/platform';
import { DataSource, MoreThan } from 'typeorm';
import { Caller, Roles } from '../decorators';
import { Directory } from '../directory';
import { PartyEntity } from '../entities';
import { Page, pageOf, readPage } from '../http/page';
import { partyKeyInPath } from '../http/read-keys';
import { Reply } from '../http/reply';
import { Principal, isAuthority } from '../principal';
import { PartyCommands, PartyWritten } from './party-commands';
import { partyView } from './party-view';
import { PartyBody, PartyChangeBody, RotateWebhookBody } from './party.dto';

@ApiTags('parties')
@Controller('api/v1/parties')
export class PartiesController {
  constructor(
    private readonly commands: PartyCommands,
    private readonly directory: Directory,
    private readonly source: DataSource,
  ) {}

  @ApiOperation({ summary: 'Register a party' })
  @Roles('regulator')
  @Post()
  async register(
    @Caller() caller: Principal,
    @Body() body: PartyBody,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<object> {
    return this.answer(caller, await this.commands.register(caller, body), reply);
  }

  @ApiOperation({ summary: 'Registered parties, in order of id' })
  @Roles('regulator', 'auditor')
  @Get()
  async list(@Caller() caller: Principal, @Query() query: Record<string, unknown>): Promise<Page<object>> {
    const page = readPage(query);
    const rows = await this.source.getRepository(PartyEntity).find({
      where: { registered: true, id: MoreThan(page.after) },
      order: { id: 'ASC' },
      take: page.limit + 1,
      select: { id: true },
    });
    const records = await this.directory.parties(rows.map((row) => row.id));
    return pageOf(
      rows.flatMap((row) => records.get(row.id) ?? []),
      page,
      (party) => party.id,
      (party) => partyView(party, caller),
    );
  }

  @ApiOperation({ summary: 'One party; contacts and webhook only for itself and authorities' })
  @Get(':id')
  async one(@Caller() caller: Principal, @Param('id') id: string): Promise<object> {
    const party = await this.registered(partyKeyInPath(id));
    return partyView(party, caller);
  }

  @ApiOperation({ summary: 'Change a party: authorities any, an operator its own' })
  @Roles('regulator', 'operator')
  @HttpCode(200)
  @Patch(':id')
  async change(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() body: PartyChangeBody,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<object> {
    const party = partyKeyInPath(id);
    if (caller.role !== 'admin' && caller.party !== party)
      throw Problem.forbidden('access/not-your-party', 'A party is changed by itself or by an administrator.');
    return this.answer(caller, await this.commands.change(caller, party, body), reply);
  }

  @ApiOperation({ summary: 'A new signing secret for the webhook; the old one signs too for a while' })
  @Roles('regulator', 'operator')
  @HttpCode(200)
  @Post(':id/webhook/rotate')
  async rotateWebhook(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() body: RotateWebhookBody,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<object> {
    const party = partyKeyInPath(id);
    if (caller.role !== 'admin' && caller.party !== party)
      throw Problem.forbidden('access/not-your-party', 'A party is changed by itself or by an administrator.');
    return this.answer(caller, await this.commands.rotateWebhook(caller, party, body), reply);
  }

  private async answer(caller: Principal, written: PartyWritten, reply: Reply): Promise<object> {
    setPosition(reply, written.position);
    const party = await this.registered(written.party);
    const view = partyView(party, isAuthority(caller) ? caller : { ...caller, party: party.id });
    if (written.webhookSecret === undefined || party.webhook === undefined) return view;
    return { ...view, webhook: { url: party.webhook.url, secret: written.webhookSecret } };
  }

  private async registered(id: string) {
    const row = await this.source.getRepository(PartyEntity).findOneBy({ id, registered: true });
    const record = row === null ? undefined : await this.directory.party(id);
    if (record === undefined) throw Problem.notFound(`Party ${id} is not registered.`);
    return record;
  }
}
