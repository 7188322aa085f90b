import { canonicalLeaf, canonicalTime, inCodePointOrder } from './canonical-value';
import { extensionText, extensionTexts, isHashedName } from './extension-hash';
import { expandCurie, type Namespaces } from './json-ld-context';
import { isObject, type RawObject } from './raw-event';

const metadataOrder = [
  'time',
  'startTime',
  'endTime',
  'deviceID',
  'deviceMetadata',
  'rawData',
  'dataProcessingMethod',
  'bizRules',
] as const;
const reportOrder = [
  'type',
  'exception',
  'deviceID',
  'deviceMetadata',
  'rawData',
  'dataProcessingMethod',
  'time',
  'microorganism',
  'chemicalSubstance',
  'value',
  'component',
  'stringValue',
  'booleanValue',
  'hexBinaryValue',
  'uriValue',
  'minValue',
  'maxValue',
  'meanValue',
  'sDev',
  'percRank',
  'percValue',
  'uom',
  'coordinateReferenceSystem',
] as const;
const times = new Set(['time', 'startTime', 'endTime']);
/** Where a bare word of these attributes lives. */
const wordSpaces: Readonly<Record<string, string>> = {
  type: 'https://gs1.org/voc/',
  exception: 'https://gs1.org/voc/',
  component: 'https://ref.gs1.org/cbv/Comp-',
};

const sorted = (texts: string[]): string => inCodePointOrder(texts).join('');
const objectsIn = (value: unknown): RawObject[] =>
  Array.isArray(value) ? (value as unknown[]).filter(isObject) : isObject(value) ? [value] : [];

function attribute(name: string, value: unknown, namespaces: Namespaces): string {
  if (value === undefined) return '';
  if (times.has(name)) return `${name}=${canonicalTime(value)}`;
  const space = wordSpaces[name];
  if (space !== undefined && typeof value === 'string') {
    const word = expandCurie(value.trim(), namespaces);
    return `${name}=${word.includes(':') ? word : space + word}`;
  }
  const text = canonicalLeaf(value, namespaces);
  return text === '' ? '' : `${name}=${text}`;
}

const attributes = (value: RawObject, order: readonly string[], namespaces: Namespaces): string =>
  order.map((name) => attribute(name, value[name], namespaces)).join('') + sorted(extensionTexts(value, namespaces));

function elementText(element: RawObject, namespaces: Namespaces): string {
  const metadata = objectsIn(element['sensorMetadata']).map(
    (value) => `sensorMetadata${attributes(value, metadataOrder, namespaces)}`,
  );
  const reports = objectsIn(element['sensorReport']).map((value) => `sensorReport${attributes(value, reportOrder, namespaces)}`);
  return `sensorElement${metadata.join('')}${sorted(reports)}${sorted(extensionTexts(element, namespaces))}`;
}

/** `sensorElementList` in the canonical order: metadata, sorted reports, extensions, of each element. */
export function sensorText(value: unknown, name: string, namespaces: Namespaces): string {
  const texts = objectsIn(value).map((element) => elementText(element, namespaces));
  return texts.length === 0 ? '' : name + sorted(texts);
}

/**
 * Standard attributes that the canonical order forgets (bizRules of a single report): they follow behind, inside the
 * names of what they stand in, as the published vectors have it.
 */
export function sensorLeftovers(value: unknown, name: string, namespaces: Namespaces): string {
  const texts: string[] = [];
  for (const element of objectsIn(value)) {
    const reports = objectsIn(element['sensorReport']).flatMap((report) => {
      const left = Object.keys(report).filter(
        (member) => !member.includes(':') && isHashedName(member) && !(reportOrder as readonly string[]).includes(member),
      );
      return left.length === 0
        ? []
        : [`sensorReport${sorted(left.flatMap((member) => extensionText(member, report[member], namespaces)))}`];
    });
    if (reports.length > 0) texts.push(`sensorElement${sorted(reports)}`);
  }
  return texts.length === 0 ? '' : name + sorted(texts);
}
