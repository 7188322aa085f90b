/** The text is not the JSON of a document that can be read; says where. */
export class MalformedDocument extends Error {
  constructor(
    /** `json/syntax`, `json/truncated`, `json/utf-8`, `json/too-deep`, `json/too-large`, `json/duplicate-name` or `epcis/shape`. */
    readonly rule: string,
    readonly reason: string,
    /** 0-based byte of the (unpacked) document. */
    readonly offset: number,
    /** 1-based. */
    readonly line: number,
    /** JSON pointer of the value that could not be read. */
    readonly pointer: string,
  ) {
    super(`${reason} (line ${line}, byte ${offset})`);
  }
}
