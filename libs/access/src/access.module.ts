import { DynamicModule, Global, Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { CachedDirectory } from './directory/cached-directory';
import { Directory } from './directory';
import { PlaceOwnership } from './directory/place-ownership';
import { AccessSettings } from './access-settings';
import { AccessGuard } from './guard/access.guard';
import { AccessHousekeeping } from './housekeeping';
import { AnswerStore } from './idempotency/answer-store';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor';
import { ApiKeys } from './keys/api-keys';
import { KeysController } from './keys/keys.controller';
import { MasterDataCommands } from './master-data/master-data-commands';
import { MasterDataController } from './master-data/master-data.controller';
import { PartiesController } from './parties/parties.controller';
import { PartyCommands } from './parties/party-commands';
import { PartyContacts } from './parties/party-contacts';
import { AccessChanges } from './projection/access-changes';
import { AccessFollower } from './projection/access-follower';
import { AccessRunner } from './projection/access-runner';
import { AccessWriter } from './projection/access-writer';
import { Shares } from './shares/shares';
import { SharesController } from './shares/shares.controller';

/**
 * Parties, keys, roles, master data and shares. Guards every endpoint of the app that imports it. Needs the global
 * PlatformModule (its DataSource with ACCESS_ENTITIES) and the EventLogPort.
 */
@Global()
@Module({
  controllers: [PartiesController, KeysController, MasterDataController, SharesController],
  providers: [
    AccessChanges,
    AccessFollower,
    AccessHousekeeping,
    AccessRunner,
    AccessWriter,
    AnswerStore,
    ApiKeys,
    MasterDataCommands,
    PartyCommands,
    PartyContacts,
    PlaceOwnership,
    Shares,
    { provide: Directory, useClass: CachedDirectory },
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
  ],
  exports: [Directory, PlaceOwnership, ApiKeys, Shares],
})
export class AccessModule {
  static register(settings: AccessSettings): DynamicModule {
    return { module: AccessModule, providers: [{ provide: AccessSettings, useValue: settings }] };
  }
}
