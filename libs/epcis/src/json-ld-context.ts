/** What the standard EPCIS context declares. */
const standardPrefixes: ReadonlyMap<string, string> = new Map([
  ['epcis', 'https://ref.gs1.org/epcis/'],
  ['cbv', 'https://ref.gs1.org/cbv/'],
  ['cbvmda', 'urn:epcglobal:cbv:mda:'],
  ['gs1', 'https://gs1.org/voc/'],
  ['rdf', 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'],
  ['rdfs', 'http://www.w3.org/2000/01/rdf-schema#'],
  ['owl', 'http://www.w3.org/2002/07/owl#'],
  ['xsd', 'http://www.w3.org/2001/XMLSchema#'],
  ['dcterms', 'http://purl.org/dc/terms/'],
]);
const uriSchemes = new Set(['http', 'https', 'urn']);
const standardContext = /epcis-context\.jsonld$/;

/** The namespaces in force for an event. */
export interface Namespaces {
  /** Prefixes the senders declared themselves. */
  readonly declared: ReadonlyMap<string, string>;
  /** A context that must be fetched to be read was named; it may declare any prefix. */
  readonly isOpen: boolean;
}

const none: Namespaces = { declared: new Map(), isOpen: false };
const cache = new WeakMap<object, Namespaces>();

function read(context: unknown, base: Namespaces): Namespaces {
  const declared = new Map(base.declared);
  let isOpen = base.isOpen;
  for (const part of Array.isArray(context) ? (context as unknown[]) : [context]) {
    if (typeof part === 'string') isOpen ||= !standardContext.test(part);
    if (typeof part !== 'object' || part === null) continue;
    for (const [prefix, definition] of Object.entries(part)) {
      const id: unknown =
        typeof definition === 'object' && definition !== null ? (definition as Record<string, unknown>)['@id'] : definition;
      if (typeof id === 'string' && !prefix.startsWith('@')) declared.set(prefix, id);
    }
  }
  return { declared, isOpen };
}

/**
 * The namespaces of a document's `@context`, extended by an event's own. Contexts are never fetched: the standard one is
 * known, others only open the door for prefixes. A context object is read once, however many events share it.
 */
export function namespacesOf(context: unknown, eventContext?: unknown): Namespaces {
  let outer = none;
  if (typeof context === 'object' && context !== null) {
    outer = cache.get(context) ?? read(context, none);
    cache.set(context, outer);
  } else if (context !== undefined) {
    outer = read(context, none);
  }
  return eventContext === undefined ? outer : read(eventContext, outer);
}

/** Whether a member name is an extension the namespaces allow: a declared prefix before the colon, or a full URI. */
export function isKnownName(name: string, namespaces: Namespaces): boolean {
  const prefix = name.slice(0, name.indexOf(':'));
  return namespaces.declared.has(prefix) || standardPrefixes.has(prefix) || uriSchemes.has(prefix) || namespaces.isOpen;
}

/** A CURIE as the URI it stands for; anything else unchanged. */
export function expandCurie(value: string, namespaces: Namespaces): string {
  const colon = value.indexOf(':');
  if (colon < 0) return value;
  const prefix = value.slice(0, colon);
  const namespace =
    namespaces.declared.get(prefix) ??
    (prefix === 'gs1' || prefix === 'cbv' || prefix === 'epcis' ? standardPrefixes.get(prefix) : undefined);
  return namespace === undefined ? value : namespace + value.slice(colon + 1);
}

/** A member name as namespace and local name, or undefined for a name without colon. */
export function splitName(name: string, namespaces: Namespaces): { namespace: string; local: string } | undefined {
  const colon = name.indexOf(':');
  if (colon < 0) return undefined;
  const prefix = name.slice(0, colon);
  const namespace = namespaces.declared.get(prefix) ?? standardPrefixes.get(prefix);
  if (namespace !== undefined) return { namespace, local: name.slice(colon + 1) };
  if (!uriSchemes.has(prefix)) return { namespace: `${prefix}:`, local: name.slice(colon + 1) };
  const cut = Math.max(name.lastIndexOf('/'), name.lastIndexOf('#'), prefix === 'urn' ? name.lastIndexOf(':') : -1) + 1;
  return { namespace: name.slice(0, cut), local: name.slice(cut) };
}
