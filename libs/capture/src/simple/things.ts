import { lotKey, toUri, type Identifier } from '@suyuan/gs1';
import { readQuantity, type RowReader } from './row-reader';

/** A QuantityElement of an EPCIS event (EPCIS 2.0, 7.3.3.3). */
export interface QuantityElement {
  readonly epcClass: string;
  readonly quantity?: number;
  readonly uom?: string;
}

/** What a row names: things one by one, and quantities of lots or classes. */
export interface Things {
  readonly epcs: readonly string[];
  readonly quantities: readonly QuantityElement[];
}

/** In a cell: `code*quantity` or `code*quantity uom`. A `*` that belongs to a code is written `%2A`, in a Digital Link. */
const CELL = /^(.+)\*(\d+(?:\.\d+)?)(?:\s+([A-Za-z0-9]{2,3}))?$/s;

/** A field of items: each a code, or `{code, quantity?, uom?}`. */
export function readThings(reader: RowReader, field: string): Things {
  const epcs: string[] = [];
  const quantities: QuantityElement[] = [];
  for (const [n, item] of reader.list(field).entries()) {
    const said = readItem(reader, field, item, `/${n}`);
    const code = said === undefined ? undefined : reader.code(field, said.code, `/${n}`);
    if (said === undefined || code === undefined) continue;
    const { quantity, uom } = said;
    if (code.kind === 'class' || code.kind === 'lot') {
      quantities.push({
        epcClass: toUri(code.key),
        ...(quantity === undefined ? {} : { quantity }),
        ...(uom === undefined ? {} : { uom }),
      });
    } else if (code.kind === 'place' || code.kind === 'party' || code.kind === 'other') {
      reader.fault(field, 'capture/kind', 'must be a product, a lot, a unit or a container', `/${n}`);
    } else if (quantity !== undefined && quantity !== 1) {
      reader.fault(field, 'capture/quantity', 'a code with a serial number is one piece', `/${n}/quantity`);
    } else epcs.push(instanceUri(code));
  }
  return { epcs, quantities };
}

/** The code's URI, with the lot it states: an instance's key alone would lose it. */
export function instanceUri({ key, kind, gtin, lot }: Identifier): string {
  if (kind !== 'instance' || gtin === undefined || lot === undefined || !key.startsWith('01/')) return toUri(key);
  return toUri(lotKey(gtin, lot) + key.slice(17));
}

function readItem(
  reader: RowReader,
  field: string,
  item: unknown,
  path: string,
): { code: string; quantity?: number; uom?: string } | undefined {
  if (typeof item === 'string') {
    const [, code, quantity, uom] = (reader.row.tabular ? CELL.exec(item) : null) ?? [];
    if (code === undefined) return { code: item };
    return { code, ...checkQuantity(reader, field, quantity, path), ...(uom === undefined ? {} : { uom: uom.toUpperCase() }) };
  }
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    reader.fault(field, 'capture/type', 'must be a code or {code, quantity, uom}', path);
    return undefined;
  }
  const { code, quantity, uom, ...others } = item as Record<string, unknown>;
  for (const name of Object.keys(others))
    reader.fault(field, 'capture/unknown-field', `there is no field ${name}`, `${path}/${name}`);
  if (typeof code !== 'string') {
    reader.fault(field, 'capture/required', 'the code is missing', `${path}/code`);
    return undefined;
  }
  return {
    code,
    ...checkQuantity(reader, field, quantity ?? undefined, path),
    ...checkUom(reader, field, uom ?? undefined, path),
  };
}

function checkQuantity(reader: RowReader, field: string, value: unknown, path: string): { quantity?: number } {
  if (value === undefined) return {};
  const quantity = readQuantity(value);
  if (quantity !== undefined) return { quantity };
  reader.fault(field, 'capture/quantity', 'must be a number above zero', `${path}/quantity`);
  return {};
}

/** UN/CEFACT Recommendation 20 code, e.g. `KGM`; absent means pieces. */
export function checkUom(reader: RowReader, field: string, value: unknown, path = ''): { uom?: string } {
  if (value === undefined) return {};
  if (typeof value === 'string' && /^[A-Z0-9]{2,3}$/.test(value)) return { uom: value };
  reader.fault(field, 'capture/uom', 'must be a UN/CEFACT Rec 20 code such as KGM', path === '' ? '' : `${path}/uom`);
  return {};
}
