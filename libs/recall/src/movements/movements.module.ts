import { Global, Module } from '@nestjs/common';
import { Database } from '@suyuan/platform';
import { MoreExceptions } from '@suyuan/trace';
import { PostRecallMovements } from './post-recall-movements';

/** Tells the list of exceptions of goods that moved after their recall began. Wherever that list is served. */
@Global()
@Module({
  providers: [
    { provide: MoreExceptions, inject: [Database], useFactory: (database: Database) => new PostRecallMovements(database) },
  ],
  exports: [MoreExceptions],
})
export class MovementsModule {}
