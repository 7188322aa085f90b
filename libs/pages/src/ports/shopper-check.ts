import { Identifier } from '@suyuan/gs1';

/** A recall that meets a code, as the public may read it. */
export interface MatchingRecall {
  readonly id: string;
  readonly title: string;
  readonly state: string;
  readonly certainty: 'certain' | 'possible';
  /** What to do with the product. */
  readonly instructions: string;
}

/** The three answers of API.md, "check". */
export interface ShopperVerdict {
  readonly verdict: 'affected' | 'not_affected' | 'need_code';
  /** What the shopper must add to be told more. */
  readonly need?: readonly ('lot' | 'serial')[];
  readonly recalls: readonly MatchingRecall[];
}

/** Is this product recalled? Bound to the recall library by the application. Drill recalls are never among the answers. */
export abstract class ShopperCheck {
  /** @param code as scanned: a serial's `lot` counts where the code states one. */
  abstract check(code: Identifier): Promise<ShopperVerdict>;
}
