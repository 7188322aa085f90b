import { readContents } from '../domain/pack-contents';
import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { Directory, PartyRecord, PlaceRecord, ProductRecord } from '../directory';
import { ContactEntity, PartyEntity, PlaceEntity, ProductEntity, WebhookEntity } from '../entities';
import { AccessChanges } from '../projection/access-changes';
import { ReadThrough } from './read-through';

const ENTRIES_MAX = 50_000;

/** The Directory over the projected tables; an entry is read once and kept until a record about it is projected. */
@Injectable()
export class CachedDirectory extends Directory {
  private readonly partyCache = new ReadThrough<PartyRecord>((ids) => this.loadParties(ids), ENTRIES_MAX);
  private readonly productCache = new ReadThrough<ProductRecord>((keys) => this.loadProducts(keys), ENTRIES_MAX);
  private readonly placeCache = new ReadThrough<PlaceRecord>((keys) => this.loadPlaces(keys), ENTRIES_MAX);

  constructor(
    private readonly source: DataSource,
    changes: AccessChanges,
  ) {
    super();
    changes.listen((subjects) => {
      for (const subject of subjects) this.forget(subject);
    });
  }

  override party(id: string): Promise<PartyRecord | undefined> {
    return this.partyCache.get(id);
  }

  override parties(ids: readonly string[]): Promise<ReadonlyMap<string, PartyRecord>> {
    return this.partyCache.getAll(ids);
  }

  override product(key: string): Promise<ProductRecord | undefined> {
    return this.productCache.get(key);
  }

  override place(key: string): Promise<PlaceRecord | undefined> {
    return this.placeCache.get(key);
  }

  private forget(subject: string): void {
    const colon = subject.indexOf(':');
    const key = subject.slice(colon + 1);
    switch (subject.slice(0, colon)) {
      case 'party':
        return this.partyCache.forget(key);
      case 'product':
        return this.productCache.forget(key);
      case 'place':
        return this.placeCache.forget(key);
    }
  }

  private async loadParties(ids: readonly string[]): Promise<Map<string, PartyRecord>> {
    const [parties, contacts, webhooks] = await Promise.all([
      this.source.getRepository(PartyEntity).findBy({ id: In([...ids]) }),
      this.source.getRepository(ContactEntity).findBy({ party: In([...ids]) }),
      this.source.getRepository(WebhookEntity).findBy({ party: In([...ids]) }),
    ]);
    return new Map(
      parties.map((party) => [
        party.id,
        partyRecord(
          party,
          contacts,
          webhooks.find((webhook) => webhook.party === party.id),
        ),
      ]),
    );
  }

  private async loadProducts(keys: readonly string[]): Promise<Map<string, ProductRecord>> {
    const products = await this.source.getRepository(ProductEntity).findBy({ key: In([...keys]) });
    return new Map(products.map((product) => [product.key, productRecord(product)]));
  }

  private async loadPlaces(keys: readonly string[]): Promise<Map<string, PlaceRecord>> {
    const places = await this.source.getRepository(PlaceEntity).findBy({ key: In([...keys]) });
    return new Map(places.map((place) => [place.key, placeRecord(place)]));
  }
}

/** Only contacts that the party's facts refer to: a row written for a refused command is nobody's contact. */
export function partyRecord(
  party: PartyEntity,
  contacts: readonly ContactEntity[],
  webhook: WebhookEntity | undefined,
): PartyRecord {
  const own = party.contactIds.flatMap((id) => contacts.filter((contact) => contact.id === id));
  return {
    id: party.id,
    name: party.name,
    roles: party.roles,
    places: party.places,
    contacts: own.map(({ name, phone, email }) => ({
      name,
      ...(phone === null ? {} : { phone }),
      ...(email === null ? {} : { email }),
    })),
    ...(webhook === undefined ? {} : { webhook: webhookOf(webhook) }),
  };
}

function webhookOf({ url, secret, previousSecret, previousUntil }: WebhookEntity): NonNullable<PartyRecord['webhook']> {
  const overlap = previousSecret !== null && previousUntil !== null;
  return { url, secret, ...(overlap ? { previous: { secret: previousSecret, until: previousUntil.toISOString() } } : {}) };
}

export function productRecord(row: ProductEntity): ProductRecord {
  const { name, brand, category, producer, origin, nameZh, attributes } = row;
  const contains = readContents(attributes);
  return {
    key: row.key,
    name: name ?? row.key,
    ...present({ brand, category, producer, origin, nameZh }),
    ...(contains === undefined ? {} : { contains }),
  };
}

export function placeRecord(row: PlaceEntity): PlaceRecord {
  const { name, party, address, country } = row;
  return { key: row.key, ...present({ name, party, address, country }) };
}

/** Members that are not null. */
function present<T extends Record<string, string | null>>(members: T): { [Name in keyof T]?: string } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null)) as { [Name in keyof T]?: string };
}
