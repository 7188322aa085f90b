import { createHash } from 'node:crypto';
import { HolderRow, ScopeHolders } from '@suyuan/trace';
import { HolderClass, Holding } from '../domain/holder-task.events';
import { UnassignedGoods } from '../domain/recall.events';

/** What a resolution says of each party, and of goods whose holder nobody knows. */
export interface HoldingsByParty {
  readonly parties: ReadonlyMap<string, Holding>;
  readonly unassigned: readonly UnassignedGoods[];
}

const CLASS_BY_STATE: Readonly<Record<string, HolderClass | undefined>> = {
  held: 'current',
  in_transit: 'in_transit',
  consumed: 'transformer',
  sold: 'seller',
};
const CLASSES: readonly HolderClass[] = ['current', 'in_transit', 'transformer', 'seller', 'former', 'unknown'];

/**
 * Sorts the graph's rows by party: who has affected goods, has them on the way to it, sold or transformed them, or passed
 * them on. Pure: the same rows give the same holdings.
 */
export function holdingsByParty(found: ScopeHolders): HoldingsByParty {
  const rows = new Map<string, HolderRow[]>();
  const unassigned: UnassignedGoods[] = [];
  const senders = new Map<string, HolderRow>();
  for (const row of found.rows) {
    if (row.party === null) {
      const { product, uom, quantity, state, from, since, certainty } = row;
      unassigned.push({ product, uom, quantity, state, since, certainty, ...(from === undefined ? {} : { from }) });
    } else {
      const known = rows.get(row.party);
      if (known === undefined) rows.set(row.party, [row]);
      else known.push(row);
    }
    // Who sent goods on passed them on, whether they have arrived or not.
    if (row.state === 'in_transit' && row.from !== null && row.from !== undefined && (row.quantity ?? 1) > 0)
      senders.set(row.from, row);
  }
  const parties = new Map<string, Holding>();
  for (const [party, own] of rows) {
    const classes = own
      .filter(({ quantity }) => quantity === null || quantity > 0)
      .flatMap(({ state }) => CLASS_BY_STATE[state] ?? []);
    const best = CLASSES.find((one) => classes.includes(one));
    if (best !== undefined) parties.set(party, holding(best, own));
  }
  for (const { party, certainty, since } of found.former) {
    const known = parties.get(party);
    if (known === undefined) parties.set(party, { class: 'former', certainty, since, rows: rows.get(party) ?? [] });
  }
  for (const [party, row] of senders) {
    if (!parties.has(party))
      parties.set(party, { class: 'former', certainty: row.certainty, since: row.since, rows: rows.get(party) ?? [] });
  }
  return { parties, unassigned };
}

function holding(kind: HolderClass, rows: readonly HolderRow[]): Holding {
  const since = rows.map((row) => row.since).sort()[0] ?? '';
  return { class: kind, certainty: rows.some(({ certainty }) => certainty === 'certain') ? 'certain' : 'possible', since, rows };
}

/** One notice per recall and party, for ever under the same id. */
export function noticeIdOf(recallId: string, party: string): string {
  return `nt-${createHash('sha256').update(`${recallId}\n${party}`).digest('hex').slice(0, 24)}`;
}
