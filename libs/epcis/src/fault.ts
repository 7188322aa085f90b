/** Something wrong with a document: where (RFC 6901 pointer), which rule (stable, machine-readable) and in words. */
export interface Fault {
  readonly pointer: string;
  readonly rule: string;
  readonly message: string;
}

/** Faults reported of one event or header; a broken sender repeats itself. */
export const faultCountMax = 50;

/** A member name as one segment of a JSON pointer. */
export const pointerSegment = (name: string): string => '/' + name.replaceAll('~', '~0').replaceAll('/', '~1');
