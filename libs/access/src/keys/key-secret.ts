import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const PREFIX = 'sk_';
const CHECK_LENGTH = 6;

/** A fresh key: `sk_`, 192 random bits in base64url, and six characters that catch a typing error without a query. */
export function newKeySecret(): string {
  const body = randomBytes(24).toString('base64url');
  return `${PREFIX}${body}${checkOf(body)}`;
}

/** False for text that looks like a key of ours but was never made by us. Other text may be an administrator's own choice. */
export function mayBeKey(secret: string): boolean {
  if (!/^sk_[\w-]{38}$/.test(secret)) return true;
  const body = secret.slice(PREFIX.length, -CHECK_LENGTH);
  return checkOf(body) === secret.slice(-CHECK_LENGTH);
}

/** What is stored. A fast hash is right for a secret that nobody can guess. */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}

/** Compares in constant time. */
export function sameHash(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

function checkOf(body: string): string {
  return createHash('sha256').update(`suyuan-key:${body}`).digest('base64url').slice(0, CHECK_LENGTH);
}
