import { splitName, type Namespaces } from './json-ld-context';
import { isObject, type RawObject } from './raw-event';

/** Local names under which CBV and the GS1 Web Vocabulary state each attribute. */
const localNames = {
  lotNumber: ['lotNumber', 'hasBatchLotNumber', 'batchLotNumber'],
  expiry: ['itemExpirationDate', 'expirationDate', 'expirationDateTime'],
  productionDate: ['productionDate', 'productionDateTime'],
} as const;

const attributeNamespace = /^(?:urn:epcglobal:cbv:mda[:#]?|https?:\/\/(?:ref\.)?gs1\.org\/(?:voc|cbv)\/)$/;

/** A literal, however JSON-LD wraps it. */
function literal(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim();
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return literal((value as unknown[])[0]);
  return isObject(value) ? literal(value['@value']) : undefined;
}

/**
 * Lot, expiry and production date of newly made goods. `cbvmda:` counts as the CBV attribute even where a sender has
 * declared another namespace for it: a lot that is not seen is a recall that misses its goods.
 */
export function readInstanceMasterData(
  ilmd: RawObject | undefined,
  namespaces: Namespaces,
): { lotNumber?: string; expiry?: string; productionDate?: string } {
  const found: { lotNumber?: string; expiry?: string; productionDate?: string } = {};
  for (const name in ilmd) {
    const split = splitName(name, namespaces);
    if (!split || !(name.startsWith('cbvmda:') || attributeNamespace.test(split.namespace))) continue;
    for (const attribute of ['lotNumber', 'expiry', 'productionDate'] as const) {
      const value = (localNames[attribute] as readonly string[]).includes(split.local) ? literal(ilmd[name]) : undefined;
      if (value !== undefined) found[attribute] = value;
    }
  }
  return found;
}
