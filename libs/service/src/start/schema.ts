import { ACCESS_ENTITIES, ACCESS_MIGRATIONS } from '@suyuan/access';
import { CAPTURE_MIGRATIONS } from '@suyuan/capture';
import { EVENT_LOG_MIGRATIONS } from '@suyuan/event-log';
import { MESSAGING_MIGRATIONS } from '@suyuan/messaging';
import { noticeMigrations } from '@suyuan/notice';
import { Migration } from '@suyuan/platform';
import { checkMigrations, recallMigrations } from '@suyuan/recall';
import { traceMigrations } from '@suyuan/trace';
import { SERVICE_MIGRATIONS } from '../service.migrations';

/** Every library's steps; `migrate` sorts them by name. */
export const MIGRATIONS: readonly Migration[] = [
  ...EVENT_LOG_MIGRATIONS,
  ...MESSAGING_MIGRATIONS,
  ...SERVICE_MIGRATIONS,
  ...CAPTURE_MIGRATIONS,
  ...ACCESS_MIGRATIONS,
  ...traceMigrations,
  ...recallMigrations,
  ...checkMigrations,
  ...noticeMigrations,
];

/** Every library's TypeORM entities. */
export const ENTITIES = [...ACCESS_ENTITIES];
