import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { toUri } from '@suyuan/gs1';
import { Problem, setPosition } from '@suyuan/platform';
import { DataSource, In, MoreThan } from 'typeorm';
import { Caller, Roles } from '../decorators';
import { PlaceEntity, ProductEntity } from '../entities';
import { placeRecord, productRecord } from '../directory/cached-directory';
import { Page, pageOf, readPage } from '../http/page';
import { readBodies } from '../http/read-body';
import { readPartyKey, readPlaceKey, readProductKey } from '../http/read-keys';
import { Reply } from '../http/reply';
import { Principal } from '../principal';
import { Described, MasterDataCommands } from './master-data-commands';
import { PlaceBody, ProductBody } from './master-data.dto';

/** Entries in one request. */
const AT_MOST = 10_000;

@ApiTags('master data')
@Controller('api/v1/master-data')
export class MasterDataController {
  constructor(
    private readonly commands: MasterDataCommands,
    private readonly source: DataSource,
  ) {}

  @ApiOperation({ summary: 'Describe places: one object or an array' })
  @ApiBody({ type: PlaceBody })
  @Roles('operator', 'regulator')
  @Post('places')
  async describePlaces(
    @Caller() caller: Principal,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<object> {
    const described = await this.commands.describePlaces(caller, readBodies(PlaceBody, body, AT_MOST), pointers(body));
    const rows = await this.source.getRepository(PlaceEntity).findBy({ key: In([...described.keys]) });
    return answer(body, described, new Map(rows.map((row) => [row.key, placeView(row)])), reply);
  }

  @ApiOperation({ summary: 'Places in order of key, of one party with `party`' })
  @Get('places')
  async places(@Query() query: Record<string, unknown>): Promise<Page<object>> {
    const page = readPage(query);
    const party = textOf(query['party']);
    const rows = await this.source.getRepository(PlaceEntity).find({
      where: { key: MoreThan(page.after), ...(party === undefined ? {} : { party: readPartyKey(party, 'party') }) },
      order: { key: 'ASC' },
      take: page.limit + 1,
    });
    return pageOf(rows, page, (row) => row.key, placeView);
  }

  @ApiOperation({ summary: 'One place' })
  @Get('places/:id')
  async place(@Param('id') id: string): Promise<object> {
    const row = await this.source.getRepository(PlaceEntity).findOneBy({ key: readPlaceKey(id, '') });
    if (row === null) throw Problem.notFound(`Nobody described the place ${id}.`);
    return placeView(row);
  }

  @ApiOperation({ summary: 'Describe products: one object or an array' })
  @ApiBody({ type: ProductBody })
  @Roles('operator', 'regulator')
  @Post('products')
  async describeProducts(
    @Caller() caller: Principal,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<object> {
    const described = await this.commands.describeProducts(caller, readBodies(ProductBody, body, AT_MOST), pointers(body));
    const rows = await this.source.getRepository(ProductEntity).findBy({ key: In([...described.keys]) });
    return answer(body, described, new Map(rows.map((row) => [row.key, productView(row)])), reply);
  }

  @ApiOperation({ summary: 'Products in order of key, of one producer with `producer`' })
  @Get('products')
  async products(@Query() query: Record<string, unknown>): Promise<Page<object>> {
    const page = readPage(query);
    const producer = textOf(query['producer']);
    const rows = await this.source.getRepository(ProductEntity).find({
      where: { key: MoreThan(page.after), ...(producer === undefined ? {} : { producer: readPartyKey(producer, 'producer') }) },
      order: { key: 'ASC' },
      take: page.limit + 1,
    });
    return pageOf(rows, page, (row) => row.key, productView);
  }

  @ApiOperation({ summary: 'One product' })
  @Get('products/:id')
  async product(@Param('id') id: string): Promise<object> {
    const row = await this.source.getRepository(ProductEntity).findOneBy({ key: readProductKey(id, '') });
    if (row === null) throw Problem.notFound(`Nobody described the product ${id}.`);
    return productView(row);
  }
}

/** One object in, one object out; an array in, a list out. */
function answer(body: unknown, described: Described, views: ReadonlyMap<string, object>, reply: Reply): object {
  setPosition(reply, described.position);
  const items = described.keys.flatMap((key) => views.get(key) ?? []);
  return Array.isArray(body) ? { items, position: described.position } : { ...items[0], position: described.position };
}

function pointers(body: unknown): (index: number) => string {
  return Array.isArray(body) ? (index) => `/${index}` : () => '';
}

function placeView(row: PlaceEntity): object {
  const { key, party, ...said } = placeRecord(row);
  return { id: toUri(key), ...(party === undefined ? {} : { party: toUri(party) }), ...said, ...attributesOf(row) };
}

function productView(row: ProductEntity): object {
  const { key, producer, ...said } = productRecord(row);
  return { id: toUri(key), ...said, ...(producer === undefined ? {} : { producer: toUri(producer) }), ...attributesOf(row) };
}

function attributesOf(row: { attributes: Record<string, string> }): object {
  return Object.keys(row.attributes).length === 0 ? {} : { attributes: row.attributes };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
