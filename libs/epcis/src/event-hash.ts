import { hash } from 'node:crypto';
import { inCodePointOrder, canonicalLeaf, canonicalTime } from './canonical-value';
import { bizSteps, bizTransactionTypes, dispositions, sourceDestTypes, type Vocabulary, webValue } from './cbv-vocabulary';
import { expandCurie, namespacesOf, type Namespaces } from './json-ld-context';
import { isObject, type RawObject } from './raw-event';
import { sensorLeftovers, sensorText } from './sensor-hash';
import { extensionText, extensionTexts, isHashedName } from './extension-hash';

export interface HashOptions {
  /** Names of event fields that take no part, as a document's `ignoreFields` lists them. */
  readonly ignoreFields?: readonly string[];
}

type FieldText = (value: unknown, name: string, namespaces: Namespaces) => string;

const sorted = (texts: string[]): string => (texts.length > 1 ? inCodePointOrder(texts).join('') : (texts[0] ?? ''));
const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value];

const leaf: FieldText = (value, name, namespaces) => {
  const text = canonicalLeaf(value, namespaces);
  return text === '' ? '' : `${name}=${text}`;
};
const leaves: FieldText = (value, name, namespaces) => sorted(listOf(value).map((item) => leaf(item, name, namespaces)));
const time: FieldText = (value, name) => `${name}=${canonicalTime(value)}`;

const list = (texts: string[], name: string): string => {
  const text = sorted(texts);
  return text === '' ? '' : name + text;
};
const epcs: FieldText = (value, name, namespaces) =>
  list(
    listOf(value).map((epc) => leaf(epc, 'epc', namespaces)),
    name,
  );

const word =
  (vocabulary: Vocabulary): FieldText =>
  (value, name, namespaces) =>
    typeof value === 'string' ? `${name}=${webValue(vocabulary, expandCurie(value.trim(), namespaces))}` : '';

const place: FieldText = (value, name, namespaces) =>
  isObject(value) ? name + leaf(value['id'], 'id', namespaces) + sorted(extensionTexts(value, namespaces)) : '';

const quantities: FieldText = (value, name, namespaces) =>
  list(
    listOf(value).map((item) => {
      if (!isObject(item)) return '';
      const own = ['epcClass', 'quantity', 'uom'].map((member) => leaf(item[member], member, namespaces)).join('');
      return `quantityElement${own}${sorted(extensionTexts(item, namespaces))}`;
    }),
    name,
  );

const persistent: FieldText = (value, name, namespaces) => {
  if (!isObject(value)) return '';
  const part = (member: string): string =>
    sorted(listOf(value[member]).map((item) => word(dispositions)(item, member, namespaces)));
  const text = part('set') + part('unset');
  return text === '' ? '' : name + text;
};

/** Entries whose type stands before their value, whatever order the sender wrote. */
const typed =
  (vocabulary: Vocabulary, member: string): FieldText =>
  (value, name, namespaces) =>
    list(
      listOf(value).map((entry) => {
        if (!isObject(entry)) return '';
        return (
          word(vocabulary)(entry['type'], 'type', namespaces) +
          leaf(entry[member], member, namespaces) +
          sorted(extensionTexts(entry, namespaces))
        );
      }),
      name,
    );

/** The canonical property order. */
const ordered: readonly (readonly [string, FieldText])[] = [
  ['eventTime', time],
  ['eventTimeZoneOffset', leaf],
  ['certificationInfo', leaves],
  ['parentID', leaf],
  ['epcList', epcs],
  ['inputEPCList', epcs],
  ['childEPCs', epcs],
  ['quantityList', quantities],
  ['childQuantityList', quantities],
  ['inputQuantityList', quantities],
  ['outputEPCList', epcs],
  ['outputQuantityList', quantities],
  ['action', leaf],
  ['transformationID', leaf],
  ['bizStep', word(bizSteps)],
  ['disposition', word(dispositions)],
  ['persistentDisposition', persistent],
  ['readPoint', place],
  ['bizLocation', place],
  ['sensorElementList', sensorText],
];

/** Fields that stand behind the ordered ones, sorted among the extensions: so the published vectors of the algorithm have it. */
const trailing: Readonly<Record<string, FieldText>> = {
  bizTransactionList: typed(bizTransactionTypes, 'bizTransaction'),
  sourceList: typed(sourceDestTypes, 'source'),
  destinationList: typed(sourceDestTypes, 'destination'),
  ilmd: (value, name, namespaces) => (isObject(value) ? list(extensionTexts(value, namespaces), name) : ''),
  sensorElementList: sensorLeftovers,
};

/** Names that never take part: what repositories assign, what a declaration adds, and what stands in the text already. */
const leftOut = new Set(['eventID', 'recordTime', 'errorDeclaration', 'type', '@context', ...ordered.map(([name]) => name)]);

/** The string whose hash identifies an event (CBV 2.0, 8.9.2). `raw` is an event `readEvent` accepts. */
export function eventPrehash(raw: RawObject, context: unknown, options: HashOptions = {}): string {
  const namespaces = namespacesOf(context, raw['@context']);
  const ignored = new Set(options.ignoreFields ?? []);
  let text = `eventType=${String(raw['type'])}`;
  for (const [name, textOf] of ordered) {
    const value = raw[name];
    if (value !== undefined && !ignored.has(name)) text += textOf(value, name, namespaces);
  }
  const rest: string[] = [];
  for (const name in raw) {
    if (ignored.has(name)) continue;
    const textOf = Object.hasOwn(trailing, name) ? trailing[name] : undefined;
    if (textOf) rest.push(textOf(raw[name], name, namespaces));
    else if (!leftOut.has(name) && isHashedName(name)) rest.push(...extensionText(name, raw[name], namespaces));
  }
  return text + sorted(rest);
}

/**
 * The event hash of the Core Business Vocabulary 2.0 as an `ni` URI: `ni:///sha-256;<hex>?ver=CBV2.0`. Equal for every
 * spelling of one event; leaves out eventID, recordTime and errorDeclaration, so an event and its declaration share it.
 */
export function eventHash(raw: RawObject, context: unknown, options: HashOptions = {}): string {
  return `ni:///sha-256;${hash('sha256', eventPrehash(raw, context, options), 'hex')}?ver=CBV2.0`;
}
