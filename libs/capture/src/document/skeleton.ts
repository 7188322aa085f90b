import type { DocumentPart } from './document-splitter';

type Mutable = { [name: string]: unknown };

/** A document without its events, put together again from the parts around them: lists that were gone through are empty. */
export class Skeleton {
  readonly document: Mutable = {};

  add({ kind, pointer, value }: DocumentPart): void {
    const path = pointer.split('/').slice(1).map(unescape);
    const name = path.pop() ?? '';
    let inside = this.document;
    for (const step of path) inside = inside[step] as Mutable;
    const content = kind === 'opened' ? (name === 'eventList' ? [] : {}) : value;
    // Defined, not assigned: a member may be called __proto__.
    Object.defineProperty(inside, name, { value: content, enumerable: true, configurable: true, writable: true });
  }
}

function unescape(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}
