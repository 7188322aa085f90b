import { Database } from '@suyuan/platform';
import { ExceptionFilter, TraceException } from '../domain/exceptions';
import { exceptionScope, exceptionsIn } from '../domain/lineage/exceptions';
import { SqlExceptions } from '../projection/sql-exceptions';

/** All exceptions that stand now, out of the projected tables. */
export class ExceptionReader {
  constructor(
    private readonly database: Database,
    private readonly schema: string,
  ) {}

  async list({ key, ...filter }: ExceptionFilter, nowMicros: number): Promise<TraceException[]> {
    return this.database.snapshot(async (tx) => {
      const source = new SqlExceptions(tx, this.schema, nowMicros);
      return exceptionsIn(source, key === undefined ? undefined : await exceptionScope(source, key), filter);
    });
  }
}
