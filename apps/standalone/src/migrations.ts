import { ACCESS_MIGRATIONS } from '@suyuan/access';
import { CAPTURE_MIGRATIONS } from '@suyuan/capture';
import { EVENT_LOG_MIGRATIONS } from '@suyuan/event-log';
import { noticeMigrations } from '@suyuan/notice';
import { Migration } from '@suyuan/platform';
import { recallMigrations } from '@suyuan/recall';
import { traceMigrations } from '@suyuan/trace';

/** The schema of the whole product; each library brings its own tables. */
export const ALL_MIGRATIONS: readonly Migration[] = [
  ...EVENT_LOG_MIGRATIONS,
  ...CAPTURE_MIGRATIONS,
  ...ACCESS_MIGRATIONS,
  ...traceMigrations,
  ...recallMigrations,
  ...noticeMigrations,
];
