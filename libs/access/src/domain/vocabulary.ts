import { parseCode, partyOfPlace } from '@suyuan/gs1';
import { PlaceDescribed, ProductDescribed } from './access-records';

/** What one vocabulary element of an EPCIS header (EPCIS 2.0, 6.5 and CBV 2.0, chapter 9) says in our words. */
export type Description =
  | { readonly kind: 'place'; readonly data: PlaceDescribed }
  | { readonly kind: 'product'; readonly data: ProductDescribed }
  | { readonly kind: 'party'; readonly data: { readonly party: string; readonly name?: string } };

/**
 * Reads the data of a `masterdata.vocabulary` record, `{type, element}`. Elements of other vocabularies or with unreadable
 * ids are passed over: they are in the log, and evidence is never refused for what we do not use.
 */
export function readVocabulary(data: unknown): Description[] {
  if (!isObject(data) || typeof data['type'] !== 'string') return [];
  return readElement(lastWord(data['type']), data['element']);
}

/** Longer ids would not fit an index; nobody names a place with a thousand characters. */
const ID_LENGTH_MAX = 1_000;

function readElement(vocabulary: string, element: unknown): Description[] {
  if (!isObject(element) || typeof element['id'] !== 'string' || element['id'].length > ID_LENGTH_MAX) return [];
  const parsed = parseCode(element['id']);
  if (!parsed.ok) return [];
  const { key, kind } = parsed.identifier;
  const said = attributesOf(element['attributes']);
  switch (vocabulary) {
    case 'BusinessLocation':
    case 'ReadPoint':
    case 'Location':
      return kind === 'place' || kind === 'opaque' ? [{ kind: 'place', data: describedPlace(key, said) }] : [];
    case 'EPCClass':
      return kind === 'class' || kind === 'opaque' ? [{ kind: 'product', data: describedProduct(key, said) }] : [];
    case 'Party':
    case 'SourceDest':
      return readSourceDest(key, kind, said, vocabulary);
    default:
      return [];
  }
}

function readSourceDest(key: string, kind: string, said: ReadonlyMap<string, string>, vocabulary: string): Description[] {
  const party = kind === 'party' ? key : kind === 'place' ? partyOfPlace(key) : undefined;
  if (party === undefined) return [];
  // A SourceDest written as SGLN may be a place as well as a party: it names both.
  const name = pick(said, 'name', 'partyName', 'organizationName');
  const named: Description = { kind: 'party', data: { party, ...(name === undefined ? {} : { name }) } };
  return kind === 'place' && vocabulary === 'SourceDest' ? [named, { kind: 'place', data: describedPlace(key, said) }] : [named];
}

function describedPlace(place: string, said: ReadonlyMap<string, string>): PlaceDescribed {
  const street = ['streetAddressOne', 'streetAddressTwo', 'streetAddressThree', 'streetAddress'].map((word) => said.get(word));
  const parts = [...street, said.get('city'), said.get('state'), said.get('postalCode')].filter(
    (part) => part !== undefined && part !== '',
  );
  const party = partyIn(pick(said, 'owning_party', 'owningParty', 'possessing_party', 'party'));
  return defined<PlaceDescribed>({
    place,
    party,
    name: pick(said, 'name', 'descriptionShort'),
    address: parts.length > 0 ? parts.join(', ') : undefined,
    country: pick(said, 'countryCode', 'country'),
    attributes: Object.fromEntries(said),
  });
}

function describedProduct(product: string, said: ReadonlyMap<string, string>): ProductDescribed {
  return defined<ProductDescribed>({
    product,
    name: pick(
      said,
      'descriptionShort',
      'tradeItemDescription',
      'regulatedProductName',
      'functionalName',
      'labelDescription',
      'name',
    ),
    nameZh: pick(said, 'descriptionShort@zh', 'tradeItemDescription@zh', 'name@zh', 'nameZh'),
    brand: pick(said, 'brandName', 'brand'),
    category: pick(said, 'gpcCategoryCode', 'category', 'functionalName'),
    producer: partyIn(pick(said, 'manufacturerOfTradeItem', 'manufacturerGLN', 'owning_party', 'producer')),
    origin: pick(said, 'countryOfOrigin', 'origin'),
    attributes: Object.fromEntries(said),
  });
}

function partyIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const parsed = parseCode(/^\d{13}$/.test(text) ? `https://id.gs1.org/417/${text}` : text);
  if (!parsed.ok) return undefined;
  const { key, kind } = parsed.identifier;
  return kind === 'party' ? key : kind === 'place' ? partyOfPlace(key) : undefined;
}

/** Attribute names by their last word, whatever prefix (`urn:epcglobal:cbv:mda:`, `cbvmda:`, a web URI) they came with. */
function attributesOf(list: unknown): Map<string, string> {
  const said = new Map<string, string>();
  const entries = Array.isArray(list)
    ? list
    : isObject(list)
      ? Object.entries(list).map(([id, attribute]) => ({ id, attribute }))
      : [];
  for (const entry of entries) {
    if (!isObject(entry) || typeof entry['id'] !== 'string') continue;
    const value = entry['attribute'] ?? entry['value'];
    if (isObject(value)) keepLocalised(said, lastWord(entry['id']), value);
    else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      said.set(lastWord(entry['id']), String(value).trim());
  }
  return said;
}

function keepLocalised(said: Map<string, string>, name: string, value: Record<string, unknown>): void {
  const text = value['@value'] ?? value['value'];
  if (typeof text !== 'string') return;
  const language = typeof value['@language'] === 'string' ? value['@language'].slice(0, 2) : undefined;
  if (language !== undefined) said.set(`${name}@${language}`, text);
  if (!said.has(name)) said.set(name, text);
}

function pick(said: ReadonlyMap<string, string>, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = said.get(name);
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}

function lastWord(uri: string): string {
  return uri.slice(Math.max(uri.lastIndexOf(':'), uri.lastIndexOf('#'), uri.lastIndexOf('/')) + 1);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Drops members that are undefined, so that "not said" never overwrites. */
function defined<T extends object>(value: { [Name in keyof T]: T[Name] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
