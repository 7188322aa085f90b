import { type Identifier, lotKey, parseCode } from '@suyuan/gs1';
import { type ClassQuantity, type Item } from './canonical-event';
import { bareValue, type Vocabulary } from './cbv-vocabulary';
import { readTime } from './event-time';
import { type Fault, faultCountMax, pointerSegment } from './fault';
import { expandCurie, type Namespaces } from './json-ld-context';
import { type RawQuantity } from './raw-event';

/** Turns spellings into canonical values and keeps what it could not read, each fault at the very element. */
export class FaultCollector {
  readonly faults: Fault[] = [];

  constructor(
    private readonly pointer: string,
    private readonly namespaces: Namespaces,
  ) {}

  add(path: string, rule: string, message: string): void {
    if (this.faults.length < faultCountMax) this.faults.push({ pointer: this.pointer + path, rule, message });
  }

  identifier(text: string, path: string): Identifier | undefined {
    const parsed = parseCode(text);
    if (parsed.ok) return parsed.identifier;
    this.add(path, parsed.error.rule, parsed.error.message);
    return undefined;
  }

  key(text: string | undefined, path: string): string | undefined {
    return text === undefined ? undefined : this.identifier(text, path)?.key;
  }

  item(text: string | undefined, path: string): Item | undefined {
    const identifier = text === undefined ? undefined : this.identifier(text, path);
    return identifier && itemOf(identifier);
  }

  /** A list names a set: the same thing in two spellings is one item, which keeps the lot if either states it. */
  items(texts: readonly string[] | undefined, name: string): readonly Item[] {
    if (!texts) return [];
    const items = new Map<string, Item>();
    for (let i = 0; i < texts.length; i++) {
      const item = this.item(texts[i] ?? '', `/${name}/${String(i)}`);
      if (item && (item.lotKey !== undefined || !items.has(item.key))) items.set(item.key, item);
    }
    return [...items.values()];
  }

  quantities(elements: readonly RawQuantity[] | undefined, name: string): readonly ClassQuantity[] {
    if (!elements) return [];
    return elements.flatMap(({ epcClass, quantity, uom }, i) => {
      const key = this.key(epcClass, `/${name}/${String(i)}/epcClass`);
      return key === undefined ? [] : [{ key, ...(quantity !== undefined && { quantity }), ...(uom !== undefined && { uom }) }];
    });
  }

  /** Microseconds since 1970. */
  time(text: string | undefined, path: string): number | undefined {
    if (text === undefined) return undefined;
    const read = readTime(text);
    if ('micros' in read) return read.micros;
    this.add(path, read.rule, read.message);
    return undefined;
  }

  /** The bare word of a standard value, or a custom value's URI. */
  word(vocabulary: Vocabulary, text: string | undefined, path: string): string | undefined {
    if (text === undefined) return undefined;
    const value = bareValue(vocabulary, expandCurie(text, this.namespaces));
    if (value === undefined)
      this.add(path, 'epcis/unknown-word', `'${text}' is no ${vocabulary.name} of CBV 2.0; a custom one must be a URI`);
    return value;
  }

  /** An absolute URI that is kept as it is. */
  uri(text: string | undefined, path: string): void {
    if (text !== undefined && !/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(text))
      this.add(path, 'epcis/not-a-uri', `'${text}' is no absolute URI`);
  }

  /** Times of a structure that only needs checking. */
  times(structure: Readonly<Record<string, unknown>> | undefined, names: readonly string[], path: string): void {
    if (!structure) return;
    for (const name of names) {
      const value = structure[name];
      if (typeof value === 'string') this.time(value, path + pointerSegment(name));
    }
  }
}

function itemOf({ key, kind, gtin, lot }: Identifier): Item {
  return kind === 'instance' && gtin !== undefined && lot !== undefined ? { key, lotKey: lotKey(gtin, lot) } : { key };
}
