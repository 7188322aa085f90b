import { type Fault, pointerSegment } from './fault';
import { FaultCollector } from './fault-collector';
import { isKnownName, namespacesOf, type Namespaces, splitName } from './json-ld-context';
import { type MasterDataElement, readVocabularyList } from './master-data';
import { isObject, type RawObject } from './raw-event';

/** A document without its events. */
export interface DocumentHeader {
  readonly type: 'EPCISDocument' | 'EPCISQueryDocument';
  readonly schemaVersion: string;
  /** The `@context` every event of the document is read with; pass this very object on, it is read once. */
  readonly context: unknown;
  readonly creationTimeMicros: number;
  /** Event fields that take no part in event hashes, see `HashOptions`. */
  readonly ignoreFields: readonly string[];
  readonly masterData: readonly MasterDataElement[];
}

export type ReadHeader =
  { readonly ok: true; readonly header: DocumentHeader } | { readonly ok: false; readonly faults: readonly Fault[] };

const documentFields = [
  '@context',
  'id',
  'type',
  'schemaVersion',
  'creationDate',
  'epcisHeader',
  'epcisBody',
  'sender',
  'receiver',
  'instanceIdentifier',
];
const bodyFields = { EPCISDocument: ['eventList', 'event'], EPCISQueryDocument: ['queryResults'] } as const;
const supportedVersion = /^(?:1|2)\.\d+(?:\.\d+)?$/;

const refuse = (pointer: string, rule: string, message: string): ReadHeader => ({
  ok: false,
  faults: [{ pointer, rule, message }],
});

/** Un-prefixed members that are not in `allowed`, and prefixes nobody declared. */
function checkNames(
  value: RawObject,
  allowed: readonly string[],
  at: string,
  namespaces: Namespaces,
  collector: FaultCollector,
): void {
  for (const name in value) {
    if (allowed.includes(name)) continue;
    const path = at + pointerSegment(name);
    if (!name.includes(':'))
      collector.add(path, 'epcis/unknown-field', `'${name}' is no field of EPCIS 2.0 here; an extension needs a prefix`);
    else if (!isKnownName(name, namespaces))
      collector.add(path, 'epcis/undeclared-prefix', `the prefix of '${name}' is not declared in @context`);
  }
}

/**
 * Reads everything of an EPCISDocument or EPCISQueryDocument but its events: `skeleton` may hold the event list, a part
 * of it or none. Refuses a document that is none, unknown fields, an unsupported schemaVersion, a bad creationDate, and
 * master data it can't read. Never throws.
 */
export function readDocumentHeader(skeleton: unknown): ReadHeader {
  if (!isObject(skeleton)) return refuse('', 'epcis/wrong-type', 'a document must be an object');
  const type = skeleton['type'];
  if (type !== 'EPCISDocument' && type !== 'EPCISQueryDocument') {
    return refuse(
      '/type',
      type === undefined ? 'epcis/missing-field' : 'epcis/not-allowed',
      'must be EPCISDocument or EPCISQueryDocument',
    );
  }
  const context = skeleton['@context'];
  const namespaces = namespacesOf(context);
  const collector = new FaultCollector('', namespaces);
  if (context === undefined) collector.add('/@context', 'epcis/missing-field', "'@context' is required");
  else if (typeof context !== 'string' && (typeof context !== 'object' || context === null)) {
    collector.add('/@context', 'epcis/wrong-type', 'must be a URI, an object or a list of these');
  }
  checkNames(skeleton, documentFields, '', namespaces, collector);
  const schemaVersion = versionOf(skeleton['schemaVersion'], collector);
  const creationTimeMicros = creationOf(skeleton['creationDate'], collector);
  const body = bodyOf(skeleton, type, namespaces, collector);
  const masterData = masterDataOf(skeleton['epcisHeader'], namespaces, collector);
  if (collector.faults.length > 0) return { ok: false, faults: collector.faults };
  const ignoreFields = [...ignoredBy(skeleton, namespaces), ...ignoredBy(body, namespaces)];
  return { ok: true, header: { type, schemaVersion, context, creationTimeMicros, ignoreFields, masterData } };
}

function versionOf(value: unknown, collector: FaultCollector): string {
  if (typeof value === 'string' && supportedVersion.test(value)) return value;
  if (value === undefined) collector.add('/schemaVersion', 'epcis/missing-field', "'schemaVersion' is required");
  else if (typeof value !== 'string') collector.add('/schemaVersion', 'epcis/wrong-type', 'must be string');
  else collector.add('/schemaVersion', 'epcis/schema-version', 'versions 1.x and 2.x are read');
  return '';
}

function creationOf(value: unknown, collector: FaultCollector): number {
  if (typeof value === 'string') return collector.time(value, '/creationDate') ?? 0;
  if (value === undefined) collector.add('/creationDate', 'epcis/missing-field', "'creationDate' is required");
  else collector.add('/creationDate', 'epcis/wrong-type', 'must be string');
  return 0;
}

/** Checks the frame around the events; gives back the members among which a query answer may state its ignoreFields. */
function bodyOf(skeleton: RawObject, type: DocumentHeader['type'], namespaces: Namespaces, collector: FaultCollector): RawObject {
  const body = skeleton['epcisBody'];
  if (body === undefined) {
    // A document may carry master data alone.
    if (skeleton['epcisHeader'] === undefined) collector.add('/epcisBody', 'epcis/missing-field', "'epcisBody' is required");
    return {};
  }
  if (!isObject(body)) {
    collector.add('/epcisBody', 'epcis/wrong-type', 'must be object');
    return {};
  }
  checkNames(body, bodyFields[type], '/epcisBody', namespaces, collector);
  if (type === 'EPCISDocument') {
    if (body['eventList'] !== undefined && !Array.isArray(body['eventList']))
      collector.add('/epcisBody/eventList', 'epcis/wrong-type', 'must be array');
    return {};
  }
  const results = body['queryResults'];
  if (!isObject(results)) {
    collector.add(
      '/epcisBody/queryResults',
      results === undefined ? 'epcis/missing-field' : 'epcis/wrong-type',
      'must be object',
    );
    return {};
  }
  checkNames(results, ['queryName', 'subscriptionID', 'resultsBody'], '/epcisBody/queryResults', namespaces, collector);
  const resultsBody = results['resultsBody'];
  if (isObject(resultsBody)) checkNames(resultsBody, ['eventList'], '/epcisBody/queryResults/resultsBody', namespaces, collector);
  else if (resultsBody !== undefined) collector.add('/epcisBody/queryResults/resultsBody', 'epcis/wrong-type', 'must be object');
  return results;
}

function masterDataOf(header: unknown, namespaces: Namespaces, collector: FaultCollector): readonly MasterDataElement[] {
  if (header === undefined) return [];
  if (!isObject(header)) {
    collector.add('/epcisHeader', 'epcis/wrong-type', 'must be object');
    return [];
  }
  checkNames(header, ['epcisMasterData'], '/epcisHeader', namespaces, collector);
  const masterData = header['epcisMasterData'];
  if (masterData === undefined) return [];
  const at = '/epcisHeader/epcisMasterData';
  if (!isObject(masterData)) {
    collector.add(at, 'epcis/wrong-type', 'must be object');
    return [];
  }
  checkNames(masterData, ['vocabularyList'], at, namespaces, collector);
  return readVocabularyList(masterData['vocabularyList'], `${at}/vocabularyList`, namespaces, collector);
}

function ignoredBy(members: RawObject, namespaces: Namespaces): readonly string[] {
  const name = Object.keys(members).find((member) => splitName(member, namespaces)?.local === 'ignoreFields');
  const fields: unknown = name === undefined ? undefined : members[name];
  return Array.isArray(fields) ? (fields as unknown[]).filter((field) => typeof field === 'string') : [];
}
