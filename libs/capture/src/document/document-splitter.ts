import { locateJsonFault } from '@suyuan/platform';
import { isUtf8 } from 'node:buffer';
import { MalformedDocument } from './malformed-document';
import { isValueStart, isWhitespace, SliceScanner } from './slice-scanner';

export interface SplitterLimits {
  /** Nesting inside one value. */
  readonly depthMax: number;
  /** Bytes of one event. */
  readonly eventBytesMax: number;
  /** Bytes of any other value, e.g. the header with its master data. */
  readonly memberBytesMax: number;
}

/**
 * A value cut out of the document: an event of its list, or any member beside it; or, with nothing in it, an object or
 * list that was `opened` to look for events.
 */
export interface DocumentPart {
  readonly kind: 'event' | 'member' | 'opened';
  /** JSON pointer, e.g. `/epcisBody/eventList/3` or `/@context`. */
  readonly pointer: string;
  readonly text: string;
  readonly value: unknown;
}

/** What stands at a path that is opened instead of cut out whole. */
interface Opened {
  readonly pointer: string;
  readonly list: boolean;
  readonly names: Set<string>;
  count: number;
}

const OPENED_OBJECTS = new Set(['/epcisBody', '/epcisBody/queryResults', '/epcisBody/queryResults/resultsBody']);
const OPENED_LISTS = new Set(['/epcisBody/eventList', '/epcisBody/queryResults/resultsBody/eventList']);
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const SINGLE_EVENT = '/epcisBody/event';

type Expecting = 'root' | 'value' | 'first-element' | 'element' | 'first-name' | 'name' | 'colon' | 'next' | 'end';

/**
 * Cuts an EPCIS document into its events as the bytes arrive, so that a document of any size needs the memory of its
 * largest event. Only the skeleton around the events is read here, byte by byte; each value goes to JSON.parse. It
 * accepts exactly the documents that JSON.parse accepts, less those that repeat a name in the skeleton.
 */
export class DocumentSplitter {
  private readonly opened: Opened[] = [];
  private parts: DocumentPart[] = [];
  private expecting: Expecting = 'root';
  private valuePointer = '';
  private readingName = false;
  private readonly slice: SliceScanner;
  private slicing = false;
  /** Offset of the chunk's first byte in the document, and lines begun before it. */
  private offset = 0;
  private line = 1;

  constructor(private readonly limits: SplitterLimits) {
    this.slice = new SliceScanner(limits.depthMax);
  }

  /** The parts that this chunk completes; throws `MalformedDocument`. The chunk may be reused afterwards. */
  push(chunk: Uint8Array): DocumentPart[] {
    let at = 0;
    while (at < chunk.length) {
      if (this.slicing) {
        at = this.slice.scan(chunk, at);
        this.checkSlice(chunk, at);
        if (this.slice.complete) this.endSlice(at);
        continue;
      }
      const byte = chunk[at] ?? 0;
      if (byte === 0x0a) this.line += 1;
      const isByteOrderMark = this.expecting === 'root' && byte === BYTE_ORDER_MARK[this.offset + at];
      if (!isWhitespace(byte) && !isByteOrderMark) at = this.step(byte, at);
      at += 1;
    }
    if (this.slicing) this.slice.keep(chunk);
    this.offset += chunk.length;
    const parts = this.parts;
    this.parts = [];
    return parts;
  }

  /** Call once after the last chunk; throws when the document is not complete. */
  end(): void {
    if (this.expecting !== 'end' || this.slicing) {
      const where = this.slicing ? this.valuePointer : (this.opened.at(-1)?.pointer ?? '');
      throw new MalformedDocument(
        'json/truncated',
        'the document ends too early',
        this.offset,
        this.line + (this.slicing ? this.slice.lines : 0),
        where,
      );
    }
  }

  /** Takes one significant byte of the skeleton; returns its index, or the one before it when a value begins there. */
  private step(byte: number, at: number): number {
    const inside = this.opened.at(-1);
    switch (this.expecting) {
      case 'first-element':
        if (byte === 0x5d) return this.close(at);
        return this.beginElement(inside, byte, at);
      case 'element':
        return this.beginElement(inside, byte, at);
      case 'root':
      case 'value':
        return this.beginValue(byte, at);
      case 'first-name':
        if (byte === 0x7d) return this.close(at);
        return this.beginName(byte, at);
      case 'name':
        return this.beginName(byte, at);
      case 'colon':
        if (byte !== 0x3a) this.unexpected(at, 'a colon');
        this.expecting = 'value';
        return at;
      case 'next':
        if (byte === (inside?.list ? 0x5d : 0x7d)) return this.close(at);
        if (byte !== 0x2c) this.unexpected(at, 'a comma or the end of the list');
        this.expecting = inside?.list ? 'element' : 'name';
        return at;
      case 'end':
        return this.unexpected(at, 'nothing more');
    }
  }

  private beginElement(inside: Opened | undefined, byte: number, at: number): number {
    this.valuePointer = `${inside?.pointer ?? ''}/${inside?.count ?? 0}`;
    if (inside !== undefined) inside.count += 1;
    return this.beginValue(byte, at);
  }

  private beginName(byte: number, at: number): number {
    if (byte !== 0x22) this.unexpected(at, 'a member name');
    this.readingName = true;
    return this.beginSlice(byte, at);
  }

  private beginValue(byte: number, at: number): number {
    if (byte === 0x7b && (this.expecting === 'root' || OPENED_OBJECTS.has(this.valuePointer))) return this.open(false, at);
    if (byte === 0x5b && OPENED_LISTS.has(this.valuePointer)) return this.open(true, at);
    if (!isValueStart(byte)) this.unexpected(at, 'a value');
    if (this.expecting === 'root') {
      throw new MalformedDocument('epcis/shape', 'an EPCIS document is a JSON object', this.offset + at, this.line, '');
    }
    return this.beginSlice(byte, at);
  }

  private beginSlice(byte: number, at: number): number {
    this.slice.begin(byte, this.offset + at, at);
    this.slicing = true;
    return at - 1;
  }

  private open(list: boolean, at: number): number {
    this.opened.push({ pointer: this.valuePointer, list, names: new Set(), count: 0 });
    this.expecting = list ? 'first-element' : 'first-name';
    if (this.opened.length > 1) this.parts.push({ kind: 'opened', pointer: this.valuePointer, text: '', value: undefined });
    return at;
  }

  private close(at: number): number {
    this.opened.pop();
    this.expecting = this.opened.length === 0 ? 'end' : 'next';
    return at;
  }

  private checkSlice(chunk: Uint8Array, at: number): void {
    const bytesMax = this.isEvent() ? this.limits.eventBytesMax : this.limits.memberBytesMax;
    const length = this.offset + at - this.slice.startOffset;
    if (this.slice.tooDeep || length > bytesMax) {
      const rule = this.slice.tooDeep ? 'json/too-deep' : 'json/too-large';
      const limit = this.slice.tooDeep ? `deeper than ${this.limits.depthMax} levels` : `larger than ${bytesMax} bytes`;
      throw new MalformedDocument(rule, `a value is ${limit}`, this.offset + at, this.line + this.slice.lines, this.valuePointer);
    }
    if (this.slice.complete) this.slice.keep(chunk.subarray(0, at));
  }

  private endSlice(at: number): void {
    const bytes = this.slice.take();
    const pointer = this.readingName ? (this.opened.at(-1)?.pointer ?? '') : this.valuePointer;
    const fail = (rule: string, message: string, inside: number, lines: number): never => {
      throw new MalformedDocument(rule, message, this.slice.startOffset + inside, this.line + lines, pointer);
    };
    if (!isUtf8(bytes)) fail('json/utf-8', 'the text is not UTF-8', 0, 0);
    const text = bytes.toString('utf8');
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      const before = text.slice(0, locateJsonFault(text)?.offset ?? 0);
      fail('json/syntax', 'the text is not JSON', Buffer.byteLength(before), before.split('\n').length - 1);
    }
    this.line += this.slice.lines;
    this.slicing = false;
    if (this.readingName) this.takeName(String(value), at);
    else this.takeValue(text, value);
  }

  private takeName(name: string, at: number): void {
    const inside = this.opened.at(-1);
    const pointer = `${inside?.pointer ?? ''}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (inside?.names.has(name)) {
      throw new MalformedDocument('json/duplicate-name', 'a member is given twice', this.offset + at, this.line, pointer);
    }
    inside?.names.add(name);
    this.readingName = false;
    this.valuePointer = pointer;
    this.expecting = 'colon';
  }

  private takeValue(text: string, value: unknown): void {
    this.parts.push({ kind: this.isEvent() ? 'event' : 'member', pointer: this.valuePointer, text, value });
    this.expecting = 'next';
  }

  private isEvent(): boolean {
    return !this.readingName && (this.opened.at(-1)?.list === true || this.valuePointer === SINGLE_EVENT);
  }

  private unexpected(at: number, wanted: string): never {
    throw new MalformedDocument(
      'json/syntax',
      `expected ${wanted}`,
      this.offset + at,
      this.line,
      this.opened.at(-1)?.pointer ?? '',
    );
  }
}
