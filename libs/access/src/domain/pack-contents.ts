/** How many of which smaller trade item a pack holds. */
export interface PackContents {
  /** Class key `01/{gtin14}`. */
  readonly product: string;
  readonly quantity: number;
}

/** Pack contents among a product's attributes: descriptions of a product, however they came, are texts by name. */
export function contentsAsAttributes({ product, quantity }: PackContents): Record<string, string> {
  return { packOf: product, packQuantity: String(quantity) };
}

/** undefined where nothing, or nothing sensible, is said. */
export function readContents(attributes: Readonly<Record<string, string>> | null): PackContents | undefined {
  const { packOf: product, packQuantity } = attributes ?? {};
  const quantity = Number(packQuantity);
  return product === undefined || !(quantity > 0) || !Number.isFinite(quantity) ? undefined : { product, quantity };
}
