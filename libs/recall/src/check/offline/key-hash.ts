import { createHash } from 'node:crypto';

/** The first 40 bits, big-endian, of the SHA-256 of a canonical key (`01/{gtin14}/21/{serial}`) in UTF-8. */
export function hashOfKey(key: string): number {
  return createHash('sha256').update(key, 'utf8').digest().readUIntBE(0, 5);
}
