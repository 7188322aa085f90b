import { gtinOf } from '@suyuan/gs1';
import { Account, accountName } from '../domain/world/account';
import { Cohort, cohortName } from '../domain/world/cohort';
import { Dictionary, Entries } from './dictionary';
import { EventNames } from './event-names';

const COHORTS: Entries<Cohort> = {
  table: 'cohort',
  nameOf: cohortName,
  columns: { product: 'text', kind: 'text', made_by: 'text', conflicted: 'boolean', gtin: 'text' },
  toRow: ({ product, kind, madeBy, conflicted }) => [product, kind, madeBy, conflicted, gtinOf(product) ?? null],
  fromRow: (row) => ({
    product: row['product'] as string,
    kind: row['kind'] as Cohort['kind'],
    madeBy: row['made_by'] as string,
    conflicted: row['conflicted'] as boolean,
  }),
};

const ACCOUNTS: Entries<Account> = {
  table: 'account',
  nameOf: accountName,
  columns: { state: 'text', party: 'text', place: 'text', from_party: 'text' },
  toRow: ({ state, party, place, from }) => [state, party, place, from],
  fromRow: (row) => ({
    state: row['state'] as Account['state'],
    party: row['party'] as string | null,
    place: row['place'] as string | null,
    from: row['from_party'] as string | null,
  }),
};

const NODES: Entries<string> = {
  table: 'node',
  nameOf: (name) => name,
  columns: {},
  toRow: () => [],
  fromRow: (row) => row['name'] as string,
};

/**
 * The names that the rows of one graph stand for. They never change, so any number of readers may share them; only between
 * two uses may they be forgotten, lest a reader find gone what it looked up a moment ago.
 */
export class GraphNames {
  readonly cohorts: Dictionary<Cohort>;
  readonly accounts: Dictionary<Account>;
  readonly nodes: Dictionary<string>;
  readonly events: EventNames;

  constructor(schema: string) {
    this.cohorts = new Dictionary(schema, COHORTS);
    this.accounts = new Dictionary(schema, ACCOUNTS);
    this.nodes = new Dictionary(schema, NODES);
    this.events = new EventNames(schema);
  }

  /** How many names are remembered. */
  get size(): number {
    return this.cohorts.size + this.accounts.size + this.nodes.size + this.events.size;
  }

  forget(): void {
    this.cohorts.forget();
    this.accounts.forget();
    this.nodes.forget();
    this.events.forget();
  }
}
