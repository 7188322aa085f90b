import { CanonicalEvent, Item } from '@suyuan/epcis';
import { describeKey } from '@suyuan/gs1';
import { Fact } from '../facts/fact';
import { itemsNaming, lotClaims } from '../facts/mentions';

/**
 * Goods that no question about a lot or its lineage can tell apart: serials of one product that were made by the same
 * transformations (`units`), or the product's class-level quantity (`stock`). Balances are kept per cohort, so a
 * question about a lot reads as many rows as it has holders, never its units.
 */
export interface Cohort {
  /** Lot key, else class key, else the thing's own key. */
  readonly product: string;
  readonly kind: 'units' | 'stock';
  /**
   * Transformations that these serials came out of, sorted and joined by a space; empty when none. One that only reworked
   * them (they went in as well) is marked: such serials are still goods of their lot (`isMade`).
   */
  readonly madeBy: string;
  /** Two lots are claimed for these serials; `product` is the earlier claim. */
  readonly conflicted: boolean;
}

export function cohortName(cohort: Cohort): string {
  return `${cohort.product}\n${cohort.kind}\n${cohort.madeBy}\n${cohort.conflicted ? 'conflicted' : ''}`;
}

export function stockCohort(product: string): Cohort {
  return { product, kind: 'stock', madeBy: '', conflicted: false };
}

/** The name a transformation is known by: events sharing a transformationID are one transformation. */
export function transformationOf(event: CanonicalEvent): string {
  return event.transformationId ?? event.eventId;
}

const REWORK = '~';

/** The transformations that serials of a cohort came out of, reworking or making them. */
export function transformationsOf(cohort: Cohort): string[] {
  if (cohort.madeBy === '') return [];
  return cohort.madeBy.split(' ').map((name) => (name.startsWith(REWORK) ? name.slice(REWORK.length) : name));
}

/** Some transformation brought these serials into being: they descend from nothing else that their lot was made from. */
export function isMade(cohort: Cohort): boolean {
  return cohort.madeBy !== '' && cohort.madeBy.split(' ').some((name) => !name.startsWith(REWORK));
}

/** This transformation, and no other, brought the serials into being, and did not only rework them. */
export function isMadeBy(cohort: Cohort, transformation: string): boolean {
  const makers = cohort.madeBy.split(' ').filter((name) => !name.startsWith(REWORK));
  return makers.length === 1 && makers[0] === transformation;
}

/** Things that go into a transformation and come out of it, by one and the same event. */
export function reworkedIn(event: CanonicalEvent): ReadonlySet<string> {
  const outputs = new Set(event.outputs.map(({ key }) => key));
  return new Set(event.inputs.map(({ key }) => key).filter((key) => outputs.has(key)));
}

/** An event's word that a serial is of a lot. */
export interface LotClaim {
  /** Lot key. */
  readonly lot: string;
  readonly eventId: string;
  /** Undefined for a claim taken up from a stored state. */
  readonly fact?: Fact;
}

/** What is claimed about one serial over all its events. */
export interface Claims {
  /** The one to show first. */
  readonly lots: readonly LotClaim[];
  readonly madeBy: readonly string[];
  /** Some event created it. */
  readonly created: boolean;
}

/** Reads the claims about `key` out of facts in world order. A creation's claim outranks a later or mere listing. */
export function claimsOf(key: string, facts: readonly Fact[]): Claims {
  const byCreation: LotClaim[] = [];
  const byListing: LotClaim[] = [];
  const madeBy = new Set<string>();
  let created = false;
  for (const fact of facts) {
    const { event } = fact;
    const note = (list: LotClaim[], role: 'created' | 'listed', items: readonly Item[] | undefined): boolean => {
      for (const item of items ?? [])
        for (const lot of lotClaims(event, item, role)) list.push({ lot, eventId: event.eventId, fact });
      return items !== undefined;
    };
    if (event.type === 'TransformationEvent') {
      if (note(byCreation, 'created', itemsNaming(event, 'outputs', key))) {
        const reworked = itemsNaming(event, 'inputs', key) !== undefined;
        created ||= !reworked;
        madeBy.add(`${reworked ? REWORK : ''}${transformationOf(event)}`);
      }
      note(byListing, 'listed', itemsNaming(event, 'inputs', key));
      continue;
    }
    const creating = event.type === 'ObjectEvent' && event.action === 'ADD';
    if (note(creating ? byCreation : byListing, creating ? 'created' : 'listed', itemsNaming(event, 'epcs', key)) && creating)
      created = true;
    note(byListing, 'listed', itemsNaming(event, 'children', key));
    if (event.parent?.key === key) note(byListing, 'listed', [event.parent]);
  }
  const lots = new Map<string, LotClaim>();
  for (const claim of [...byCreation, ...byListing]) if (!lots.has(claim.lot)) lots.set(claim.lot, claim);
  return { lots: [...lots.values()], madeBy: [...madeBy].sort(), created };
}

export function unitCohort(key: string, claims: Claims): Cohort {
  const { kind, gtin } = describeKey(key);
  const product = claims.lots[0]?.lot ?? (kind === 'instance' && gtin !== undefined ? `01/${gtin}` : key);
  return { product, kind: 'units', madeBy: claims.madeBy.join(' '), conflicted: claims.lots.length > 1 };
}
