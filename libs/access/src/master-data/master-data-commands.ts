import { contentsAsAttributes } from '../domain/pack-contents';
import { Injectable } from '@nestjs/common';
import { StreamAppend } from '@suyuan/event-log';
import { InputFault, Problem } from '@suyuan/platform';
import { DataSource, In } from 'typeorm';
import { PLACE_DESCRIBED, PRODUCT_DESCRIBED, PlaceDescribed, ProductDescribed, masterDataStream } from '../domain/access-records';
import { ProductEntity } from '../entities';
import { invalidBody } from '../http/read-body';
import { readPartyKey, readPlaceKey, readProductKey } from '../http/read-keys';
import { describedPlaces, refuseForeignPlaces } from '../parties/place-appends';
import { Principal, isAuthority } from '../principal';
import { AccessWriter, recordBy } from '../projection/access-writer';
import { PlaceBody, ProductBody } from './master-data.dto';

/** Keys described, in the order given, and the position of the last record. */
export interface Described {
  readonly keys: readonly string[];
  readonly position: number;
}

/** Describes places and products. What is not said stays as it was. */
@Injectable()
export class MasterDataCommands {
  constructor(
    private readonly writer: AccessWriter,
    private readonly source: DataSource,
  ) {}

  /** 400 for bad keys, 403 for a place of another party. */
  async describePlaces(by: Principal, bodies: readonly PlaceBody[], at: (index: number) => string): Promise<Described> {
    const places = readAll(bodies, at, readPlace);
    await this.refuseForeign(by, places);
    const appends = places.map((place) => ({
      stream: masterDataStream(place.place),
      records: [recordBy(by, PLACE_DESCRIBED, place)],
    }));
    return this.write(appends, places.map((place) => place.place)); // prettier-ignore
  }

  /** 400 for bad keys, 403 for a product whose producer is another party. */
  async describeProducts(by: Principal, bodies: readonly ProductBody[], at: (index: number) => string): Promise<Described> {
    const products = readAll(bodies, at, readProduct);
    const keys = products.map((product) => product.product);
    if (!isAuthority(by)) {
      const known = await this.source.getRepository(ProductEntity).findBy({ key: In(keys) });
      const foreign = known.filter((row) => row.producer !== null && row.producer !== by.party).map((row) => row.key);
      if (foreign.length > 0)
        throw Problem.forbidden('access/product-of-another-party', `Another party produces: ${foreign.join(', ')}.`);
    }
    const appends = products.map((product) => ({
      stream: masterDataStream(product.product),
      records: [recordBy(by, PRODUCT_DESCRIBED, product)],
    }));
    return this.write(appends, keys);
  }

  private async refuseForeign(by: Principal, places: readonly PlaceDescribed[]): Promise<void> {
    if (isAuthority(by)) return;
    const own = by.party ?? '';
    const known = await describedPlaces(this.source, places.map((place) => place.place)); // prettier-ignore
    const foreign = places.map((place) => place.place).filter((key) => (known.get(key)?.party ?? own) !== own);
    if (foreign.length > 0)
      throw Problem.forbidden('access/place-of-another-party', `Another party has these places: ${foreign.join(', ')}.`);
    const claimed = places.filter((place) => place.party === own).map((place) => place.place);
    await refuseForeignPlaces(this.source, by, own, claimed);
  }

  private async write(appends: readonly StreamAppend[], keys: readonly string[]): Promise<Described> {
    const written = await this.writer.write(appends);
    // No expected version was given: descriptions add up, whoever comes first.
    if (written.kind !== 'appended') throw Problem.conflict('access/busy', 'The stream is being written by others; try again.');
    return { keys, position: written.position };
  }
}

/** Reads all entries and names the faults of all. */
function readAll<Body, Data>(
  bodies: readonly Body[],
  at: (index: number) => string,
  read: (body: Body, pointer: string) => Data,
): Data[] {
  const faults: InputFault[] = [];
  const found: Data[] = [];
  for (const [index, body] of bodies.entries()) {
    try {
      found.push(read(body, at(index)));
    } catch (error) {
      if (!(error instanceof Problem) || error.errors === undefined) throw error;
      faults.push(...error.errors);
    }
  }
  if (faults.length > 0) throw invalidBody(faults);
  return found;
}

function readPlace(body: PlaceBody, pointer: string): PlaceDescribed {
  const { id, party, name, address, country } = body;
  return {
    place: readPlaceKey(id, `${pointer}/id`),
    ...(party === undefined ? {} : { party: party === null ? null : readPartyKey(party, `${pointer}/party`) }),
    ...said({ name, address, country }),
    ...attributes(body.attributes, pointer),
  };
}

function readProduct(body: ProductBody, pointer: string): ProductDescribed {
  const { name, nameZh, brand, category, origin, producer } = body;
  const [text, member] = body.id === undefined ? [body.gtin ?? '', 'gtin'] : [body.id, 'id'];
  return {
    product: readProductKey(text, `${pointer}/${member}`),
    ...said({ name, nameZh, brand, category, origin }),
    ...(typeof producer === 'string' ? { producer: readPartyKey(producer, `${pointer}/producer`) } : {}),
    ...packed(attributes(body.attributes, pointer), body.contains, pointer),
  };
}

/** What a pack holds stands among the attributes, where documents say it too. */
function packed(
  described: { attributes?: Record<string, string> },
  contains: ProductBody['contains'],
  pointer: string,
): { attributes?: Record<string, string> } {
  if (contains === undefined || contains === null) return described;
  const product = readProductKey(contains.gtin, `${pointer}/contains/gtin`);
  return { attributes: { ...described.attributes, ...contentsAsAttributes({ product, quantity: contains.quantity }) } };
}

function said<T extends Record<string, string | null | undefined>>(members: T): { [Name in keyof T]?: string } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => typeof value === 'string')) as {
    [Name in keyof T]?: string;
  };
}

function attributes(given: Record<string, unknown> | undefined, pointer: string): { attributes?: Record<string, string> } {
  if (given === undefined || given === null) return {};
  const odd = Object.entries(given).find(([, value]) => !['string', 'number', 'boolean'].includes(typeof value));
  if (odd !== undefined)
    throw invalidBody([
      {
        pointer: `${pointer}/attributes/${odd[0]}`,
        rule: 'input/not-a-text',
        message: 'Attributes are texts, numbers or truth values.',
      },
    ]);
  return { attributes: Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)])) };
}
