import { Account } from '../domain/world/account';
import { Cohort } from '../domain/world/cohort';

/** A cohort as `COHORT` selects it from `cohort c`. */
export interface CohortColumns {
  product: string;
  cohort_kind: 'units' | 'stock';
  made_by: string;
  conflicted: boolean;
}

/** An account as it stands in `account`. */
export interface AccountColumns {
  state: Account['state'];
  party: string | null;
  place: string | null;
  from_party: string | null;
}

export const COHORT = 'c.product, c.kind AS cohort_kind, c.made_by, c.conflicted';
export const toCohort = (row: CohortColumns): Cohort => ({
  product: row.product,
  kind: row.cohort_kind,
  madeBy: row.made_by,
  conflicted: row.conflicted,
});
export const toAccount = (row: AccountColumns): Account => ({
  state: row.state,
  party: row.party,
  place: row.place,
  from: row.from_party,
});
