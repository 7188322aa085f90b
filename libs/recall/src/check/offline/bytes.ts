/** Writes the fields of a block list: unsigned LEB128 numbers, texts, raw bytes (docs/check.md). */
export class ByteWriter {
  private buffer = Buffer.alloc(4_096);
  private length = 0;

  number(value: number): this {
    this.reserve(8);
    let rest = value;
    while (rest >= 128) {
      this.buffer[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.buffer[this.length++] = rest;
    return this;
  }

  text(value: string): this {
    const bytes = Buffer.from(value, 'utf8');
    return this.number(bytes.length).raw(bytes);
  }

  raw(bytes: Uint8Array): this {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
    return this;
  }

  /** What was written so far. */
  bytes(): Buffer {
    return Buffer.from(this.buffer.subarray(0, this.length));
  }

  private reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const larger = Buffer.alloc(Math.max(this.buffer.length * 2, this.length + more));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
  }
}

/** Reads what `ByteWriter` wrote. Throws `RangeError` where the bytes end too early or a number is longer than 53 bits. */
export class ByteReader {
  private at = 0;

  constructor(private readonly buffer: Uint8Array) {}

  number(): number {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 49; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new RangeError('a number of the block list is too long');
  }

  text(): string {
    return Buffer.from(this.raw(this.number())).toString('utf8');
  }

  raw(length: number): Uint8Array {
    if (length > this.buffer.length - this.at) throw new RangeError('the block list ends too early');
    this.at += length;
    return this.buffer.subarray(this.at - length, this.at);
  }

  byte(): number {
    return this.raw(1)[0] ?? 0;
  }

  /** Where the next byte stands. */
  get position(): number {
    return this.at;
  }
}
