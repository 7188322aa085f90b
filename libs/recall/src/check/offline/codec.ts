import { createHash } from 'node:crypto';
import { Blocklist, BlocklistDelta, ProductRule } from './blocklist';
import { ByteReader, ByteWriter } from './bytes';

const MAGIC = Buffer.from('SYBL', 'ascii');
const FORMAT = 1;
const [FULL, DELTA] = [0, 1];
const [WHOLE, WITHOUT_LOT, SERIALS] = [1, 2, 4];

/** A full list as bytes: equal lists give equal bytes, so that a till may prove a delta by the hash of what it comes to. */
export function encodeFull({ version, rules, hashes }: Blocklist): Buffer {
  const out = header(FULL, version);
  const sorted = [...rules.values()].sort((a, b) => (a.gtin < b.gtin ? -1 : 1));
  out.number(sorted.length);
  for (const rule of sorted) writeRule(out, rule);
  writeHashes(out, hashes);
  const body = out.bytes();
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

/** SHA-256 of a full list's bytes before their trailer, in hex. */
export function hashOfFull(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(bytes.length - 32)).toString('hex');
}

export function encodeDelta(delta: BlocklistDelta): Buffer {
  const out = header(DELTA, delta.version).number(delta.base);
  out.number(delta.removedRules.length);
  for (const gtin of delta.removedRules) writeGtin(out, gtin);
  out.number(delta.rules.length);
  for (const rule of delta.rules) writeRule(out, rule);
  writeHashes(out, delta.removedHashes);
  writeHashes(out, delta.addedHashes);
  return out.raw(Buffer.from(delta.hash, 'hex')).bytes();
}

/** Reads either kind. Throws `RangeError` for bytes that are no block list of this format, or a full list that was damaged. */
export function decode(bytes: Uint8Array): { full: Blocklist } | { delta: BlocklistDelta } {
  const from = new ByteReader(bytes);
  if (!MAGIC.equals(from.raw(4)) || from.byte() !== FORMAT) throw new RangeError('this is no block list of format 1');
  const kind = from.byte();
  const version = from.number();
  if (kind === DELTA) return { delta: readDelta(from, version) };
  if (kind !== FULL) throw new RangeError('this is neither a full list nor a delta');
  const rules = new Map(many(from, () => readRule(from)).map((rule) => [rule.gtin, rule]));
  const hashes = readHashes(from);
  const body = bytes.subarray(0, from.position);
  if (!createHash('sha256').update(body).digest().equals(from.raw(32))) throw new RangeError('the block list is damaged');
  return { full: { version, rules, hashes } };
}

function readDelta(from: ByteReader, version: number): BlocklistDelta {
  return {
    version,
    base: from.number(),
    removedRules: many(from, () => readGtin(from)),
    rules: many(from, () => readRule(from)),
    removedHashes: readHashes(from),
    addedHashes: readHashes(from),
    hash: Buffer.from(from.raw(32)).toString('hex'),
  };
}

function header(kind: number, version: number): ByteWriter {
  return new ByteWriter()
    .raw(MAGIC)
    .raw([FORMAT, kind] as unknown as Uint8Array)
    .number(version);
}

function writeRule(out: ByteWriter, rule: ProductRule): void {
  writeGtin(out, rule.gtin);
  out.number((rule.whole ? WHOLE : 0) + (rule.asksWithoutLot ? WITHOUT_LOT : 0) + (rule.asksSerials ? SERIALS : 0));
  for (const texts of [rule.lots, rule.lotPatterns]) {
    out.number(texts.length);
    for (const text of texts) out.text(text);
  }
  out.number(rule.serialRanges.length);
  for (const { from, to } of rule.serialRanges) out.text(from).text(to);
}

function readRule(from: ByteReader): ProductRule {
  const gtin = readGtin(from);
  const flags = from.number();
  return {
    gtin,
    whole: (flags & WHOLE) !== 0,
    asksWithoutLot: (flags & WITHOUT_LOT) !== 0,
    asksSerials: (flags & SERIALS) !== 0,
    lots: many(from, () => from.text()),
    lotPatterns: many(from, () => from.text()),
    serialRanges: many(from, () => ({ from: from.text(), to: from.text() })),
  };
}

/** Fourteen digits are a number below 2^47. */
function writeGtin(out: ByteWriter, gtin: string): void {
  out.number(Number(gtin));
}

function readGtin(from: ByteReader): string {
  return String(from.number()).padStart(14, '0');
}

/** Ascending, each as its distance from the one before. */
function writeHashes(out: ByteWriter, hashes: Float64Array): void {
  out.number(hashes.length);
  let last = 0;
  for (const hash of hashes) {
    out.number(hash - last);
    last = hash;
  }
}

function readHashes(from: ByteReader): Float64Array {
  const hashes: number[] = [];
  const count = from.number();
  for (let last = 0, index = 0; index < count; index++) hashes.push((last += from.number()));
  return Float64Array.from(hashes);
}

function many<T>(from: ByteReader, one: () => T): T[] {
  const items: T[] = [];
  // Pushed one by one: a damaged count ends with the bytes, not with the memory.
  for (let left = from.number(); left > 0; left--) items.push(one());
  return items;
}
