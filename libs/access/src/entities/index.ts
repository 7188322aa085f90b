import { ApiKeyEntity } from './api-key.entity';
import { ContactEntity } from './contact.entity';
import { PartyEntity } from './party.entity';
import { PlaceEntity } from './place.entity';
import { ProductEntity } from './product.entity';
import { ShareEntity } from './share.entity';
import { WebhookEntity } from './webhook.entity';

/** For the DataSource of an app. */
export const ACCESS_ENTITIES = [
  ApiKeyEntity,
  ContactEntity,
  PartyEntity,
  PlaceEntity,
  ProductEntity,
  ShareEntity,
  WebhookEntity,
] as const;

export { ApiKeyEntity, ContactEntity, PartyEntity, PlaceEntity, ProductEntity, ShareEntity, WebhookEntity };
