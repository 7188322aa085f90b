import { ProductDescribed } from './access-records';

/** A trade item as all descriptions of it, in log order, leave it. */
export type ProductState = Omit<ProductDescribed, 'product'>;

export const undescribedProduct: ProductState = {};

/** Folds one description; once a producer is named, only it (or an authority, `by` null) may say more. */
export function describeProduct(state: ProductState, said: ProductDescribed, by: string | null): ProductState {
  if (by !== null && state.producer !== undefined && state.producer !== by) return state;
  return { ...state, ...said, attributes: { ...state.attributes, ...said.attributes } };
}
