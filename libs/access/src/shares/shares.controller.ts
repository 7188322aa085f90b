import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { toUri } from '@suyuan/gs1';
import { Problem, setPosition } from '@suyuan/platform';
import { DataSource, MoreThan } from 'typeorm';
import { Caller, Roles } from '../decorators';
import { ShareEntity } from '../entities';
import { Page, pageOf, readPage } from '../http/page';
import { Reply } from '../http/reply';
import { Principal, isAuthority } from '../principal';
import { ShareBody } from './share.dto';
import { Shares } from './shares';

@ApiTags('shares')
@Controller('api/v1/shares')
export class SharesController {
  constructor(
    private readonly shares: Shares,
    private readonly source: DataSource,
  ) {}

  @ApiOperation({ summary: "Open the caller's own data to a partner" })
  @Roles('operator')
  @Post()
  async open(@Caller() caller: Principal, @Body() body: ShareBody, @Res({ passthrough: true }) reply: Reply): Promise<object> {
    const { id, position } = await this.shares.open(caller, body);
    setPosition(reply, position);
    return shareView(await this.visible(caller, id));
  }

  @ApiOperation({ summary: 'Shares the caller opened or was given; all for authorities' })
  @Get()
  async list(@Caller() caller: Principal, @Query() query: Record<string, unknown>): Promise<Page<object>> {
    const page = readPage(query);
    const id = MoreThan(page.after);
    const party = caller.party ?? '';
    const rows = await this.source.getRepository(ShareEntity).find({
      where: isAuthority(caller) ? { id } : [{ id, owner: party }, { id, withParty: party }], // prettier-ignore
      order: { id: 'ASC' },
      take: page.limit + 1,
    });
    return pageOf(rows, page, (row) => row.id, shareView);
  }

  @ApiOperation({ summary: 'One share' })
  @Get(':id')
  async one(@Caller() caller: Principal, @Param('id') id: string): Promise<object> {
    return shareView(await this.visible(caller, id));
  }

  @ApiOperation({ summary: 'Close a share: by its owner or an administrator' })
  @Roles('operator')
  @HttpCode(204)
  @Delete(':id')
  async close(@Caller() caller: Principal, @Param('id') id: string, @Res({ passthrough: true }) reply: Reply): Promise<void> {
    const share = await this.visible(caller, id);
    if (caller.role !== 'admin' && share.owner !== caller.party)
      throw Problem.forbidden('access/not-your-share', 'A share is closed by the party that opened it.');
    const position = await this.shares.close(caller, share);
    if (position !== undefined) setPosition(reply, position);
  }

  private async visible(caller: Principal, id: string): Promise<ShareEntity> {
    const share = /^[\w-]{1,100}$/.test(id) ? await this.shares.find(id) : null;
    const concerned = share !== null && (isAuthority(caller) || share.owner === caller.party || share.withParty === caller.party);
    if (!concerned) throw Problem.notFound(`There is no share ${id}.`);
    return share;
  }
}

function shareView(share: ShareEntity): object {
  return {
    id: share.id,
    owner: toUri(share.owner),
    with: toUri(share.withParty),
    ...(share.products === null ? {} : { products: share.products.map(toUri) }),
    ...(share.from === null ? {} : { from: share.from }),
    ...(share.until === null ? {} : { until: share.until }),
    openedAt: share.openedAt,
    ...(share.closedAt === null ? {} : { closedAt: share.closedAt }),
  };
}
