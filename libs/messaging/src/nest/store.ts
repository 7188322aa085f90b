import type { Database } from '@suyuan/platform';
import { StoreNames } from '../store/store-names';

/** The names of this store on the broker; read once, from a database that may be away at first. */
export class Store {
  private known: StoreNames | undefined;

  constructor(private readonly database: Database) {}

  async names(): Promise<StoreNames> {
    this.known ??= await StoreNames.read(this.database);
    return this.known;
  }
}
