import { type FaultCollector } from './fault-collector';
import { type Namespaces, splitName } from './json-ld-context';
import { isObject } from './raw-event';

/** One element of a document's master data: a place, a party, a product or another thing somebody describes. */
export interface MasterDataElement {
  /** Last word of a standard vocabulary type (`BusinessLocation`, `ReadPoint`, `EPCClass`, `SourceDest`, `Location`, `Party`), or a custom type's URI. */
  readonly type: string;
  /** Canonical key of what is described. */
  readonly id: string;
  /** By name: CBV attributes as `cbvmda:name` in every spelling, others as their URI. Values as given. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Canonical keys of the places or parties under this one. */
  readonly children: readonly string[];
}

const standardType = /^urn:epcglobal:epcis:vtype:/;
const cbvAttributes = /^urn:epcglobal:cbv:mda[:#]?$/;

function attributeName(name: string, namespaces: Namespaces): string {
  const split = splitName(name, namespaces);
  if (!split) return name;
  // `urn:epcglobal:cbv:mda#site` and `urn:epcglobal:cbv:mda:site` split alike at their last separator.
  return cbvAttributes.test(split.namespace) ? `cbvmda:${split.local}` : split.namespace + split.local;
}

/** Iterates a list that may be absent; a value that is no list, or an item that is no object, is a fault. */
function* objectsOf(
  value: unknown,
  at: string,
  collector: FaultCollector,
): Generator<[Readonly<Record<string, unknown>>, string]> {
  if (value === undefined) return;
  if (!Array.isArray(value)) {
    collector.add(at, 'epcis/wrong-type', 'must be array');
    return;
  }
  for (const [i, item] of (value as unknown[]).entries()) {
    if (isObject(item)) yield [item, `${at}/${String(i)}`];
    else collector.add(`${at}/${String(i)}`, 'epcis/wrong-type', 'must be object');
  }
}

function textOf(value: unknown, at: string, collector: FaultCollector): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  collector.add(at, value === undefined ? 'epcis/missing-field' : 'epcis/wrong-type', 'must be a string');
  return undefined;
}

/** Elements of `epcisHeader.epcisMasterData.vocabularyList` (EPCIS 2.0, 9.4), flat. */
export function readVocabularyList(
  list: unknown,
  at: string,
  namespaces: Namespaces,
  collector: FaultCollector,
): readonly MasterDataElement[] {
  const elements: MasterDataElement[] = [];
  for (const [vocabulary, vocabularyAt] of objectsOf(list, at, collector)) {
    const type = textOf(vocabulary['type'], `${vocabularyAt}/type`, collector)?.replace(standardType, '');
    for (const [element, elementAt] of objectsOf(
      vocabulary['vocabularyElementList'],
      `${vocabularyAt}/vocabularyElementList`,
      collector,
    )) {
      const id = collector.key(textOf(element['id'], `${elementAt}/id`, collector), `${elementAt}/id`);
      const attributes = new Map<string, unknown>();
      for (const [attribute, attributeAt] of objectsOf(element['attributes'], `${elementAt}/attributes`, collector)) {
        const name = textOf(attribute['id'], `${attributeAt}/id`, collector);
        if (name !== undefined) attributes.set(attributeName(name, namespaces), attribute['attribute']);
      }
      const children = childrenOf(element['children'], `${elementAt}/children`, collector);
      if (type !== undefined && id !== undefined)
        elements.push({ type, id, attributes: Object.fromEntries(attributes), children });
    }
  }
  return elements;
}

function childrenOf(value: unknown, at: string, collector: FaultCollector): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    collector.add(at, 'epcis/wrong-type', 'must be array');
    return [];
  }
  return (value as unknown[]).flatMap((child, i) => {
    const text = textOf(child, `${at}/${String(i)}`, collector);
    return collector.key(text, `${at}/${String(i)}`) ?? [];
  });
}
