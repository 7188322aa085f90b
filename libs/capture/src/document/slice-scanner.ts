const enum Shape {
  Nested,
  Text,
  Scalar,
}

/**
 * Finds where one JSON value ends, over any chunk borders, and keeps its bytes. It counts brackets outside of strings
 * and checks nothing else: the value is parsed as soon as it is whole.
 */
export class SliceScanner {
  /** The value's last byte has been seen. */
  complete = false;
  tooDeep = false;
  /** Of the value's first byte in the document. */
  startOffset = 0;
  /** Line feeds outside of strings so far. */
  lines = 0;
  private shape = Shape.Nested;
  private depth = 0;
  private inString = false;
  private escaped = false;
  private kept: Buffer[] = [];
  /** Index in the present chunk from which bytes are still to be kept. */
  private from = 0;

  constructor(private readonly depthMax: number) {}

  /** `first` is the value's first byte, at `index` of the present chunk; `scan` begins there. */
  begin(first: number, startOffset: number, index: number): void {
    this.shape = first === 0x7b || first === 0x5b ? Shape.Nested : first === 0x22 ? Shape.Text : Shape.Scalar;
    this.startOffset = startOffset;
    this.from = index;
    this.complete = false;
    this.depth = 0;
    this.lines = 0;
    this.inString = false;
    this.escaped = false;
  }

  /** Reads on from `at`; returns the index after the last byte that belongs to the value. */
  scan(chunk: Uint8Array, at: number): number {
    if (this.shape === Shape.Scalar) return this.scanScalar(chunk, at);
    let { depth, inString, escaped, lines } = this;
    const length = chunk.length;
    let index = at;
    while (index < length) {
      const byte = chunk[index++];
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === 0x5c) escaped = true;
        else if (byte === 0x22) {
          inString = false;
          if (depth === 0) {
            this.complete = true;
            break;
          }
        }
      } else if (byte === 0x22) inString = true;
      else if (byte === 0x7b || byte === 0x5b) {
        depth += 1;
        if (depth > this.depthMax) {
          this.tooDeep = true;
          break;
        }
      } else if (byte === 0x7d || byte === 0x5d) {
        depth -= 1;
        if (depth === 0) {
          this.complete = true;
          break;
        }
      } else if (byte === 0x0a) lines += 1;
    }
    Object.assign(this, { depth, inString, escaped, lines });
    return index;
  }

  /** Copies what the chunk holds of the value; the caller may reuse the chunk. */
  keep(chunk: Uint8Array): void {
    if (this.from < chunk.length) this.kept.push(Buffer.from(chunk.subarray(this.from)));
    this.from = 0;
  }

  /** The whole value, once. */
  take(): Buffer {
    const [only, ...rest] = this.kept;
    const whole = only !== undefined && rest.length === 0 ? only : Buffer.concat(this.kept);
    this.kept = [];
    return whole;
  }

  private scanScalar(chunk: Uint8Array, at: number): number {
    let index = at;
    while (index < chunk.length && !isScalarEnd(chunk[index] ?? 0)) index += 1;
    this.complete = index < chunk.length;
    return index;
  }
}

export function isWhitespace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** `{`, `[`, `"`, `-`, a digit, or the first letter of true, false, null. */
export function isValueStart(byte: number): boolean {
  if (byte === 0x7b || byte === 0x5b || byte === 0x22 || byte === 0x2d) return true;
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x74 || byte === 0x66 || byte === 0x6e;
}

function isScalarEnd(byte: number): boolean {
  return byte === 0x2c || byte === 0x7d || byte === 0x5d || isWhitespace(byte);
}
