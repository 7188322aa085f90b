import { canonicalLeaf, inCodePointOrder } from './canonical-value';
import { type Namespaces, splitName } from './json-ld-context';
import { isObject, type RawObject } from './raw-event';

/** Remarks for people take no part in an event's identity. */
export const isHashedName = (name: string): boolean => name !== 'rdfs:comment' && name !== 'comment' && name !== '@context';

const hashName = (name: string, namespaces: Namespaces): string => {
  const split = splitName(name, namespaces);
  return split ? `{${split.namespace}}${split.local}` : name;
};

/**
 * An extension member as hash text: `{namespace}name=value`, or the name followed by its sorted members; a list repeats
 * the name for each item, as XML would.
 */
export function extensionText(name: string, value: unknown, namespaces: Namespaces): string[] {
  const label = hashName(name, namespaces);
  return itemTexts(label, value, namespaces);
}

function itemTexts(label: string, value: unknown, namespaces: Namespaces): string[] {
  if (Array.isArray(value)) return (value as unknown[]).flatMap((item) => itemTexts(label, item, namespaces));
  if (isObject(value)) return [label + inCodePointOrder(memberTexts(value, namespaces)).join('')];
  const text = canonicalLeaf(value, namespaces);
  return [text === '' ? label : `${label}=${text}`];
}

function memberTexts(value: RawObject, namespaces: Namespaces): string[] {
  const texts: string[] = [];
  for (const name in value) if (isHashedName(name)) texts.push(...extensionText(name, value[name], namespaces));
  return texts;
}

/** The extensions of a standard structure: members whose names carry a namespace. */
export function extensionTexts(value: RawObject, namespaces: Namespaces): string[] {
  const texts: string[] = [];
  for (const name in value)
    if (name.includes(':') && isHashedName(name)) texts.push(...extensionText(name, value[name], namespaces));
  return texts;
}
