import { createHmac, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';

/** The `webhook-id` of one version of a notice: equal on every retry, and free of '.', which separates the signed parts. */
export function webhookId(noticeId: string, version: number): string {
  if (!/^[\w-]+$/.test(noticeId)) throw new RangeError(`a notice id may hold letters, digits, '-' and '_' only: ${noticeId}`);
  return `${noticeId}-v${version}`;
}

/**
 * Headers of one attempt (Standard Webhooks 1.0): one signature for each secret (`v1,`: HMAC-SHA256 of `id.timestamp.body`)
 * and each private key (`v1a,`: ed25519 of the same), separated by spaces. A receiver needs one that it can verify, so old and
 * new overlap while a secret is rotated.
 *
 * @param secrets `whsec_` and base64.
 * @param at time of the attempt; receivers refuse old ones, so that a recorded request cannot be played again.
 */
export function signedHeaders(
  id: string,
  body: string,
  secrets: readonly string[],
  at: Date,
  keys: readonly SigningKey[] = [],
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signed = `${id}.${timestamp}.${body}`;
  const signatures = [
    ...secrets.map((secret) => {
      const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
      return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
    }),
    ...keys.map(({ privateKey }) => `v1a,${sign(null, Buffer.from(signed), privateKey).toString('base64')}`),
  ];
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/** An ed25519 key that signs; its public half is what receivers are given. */
export interface SigningKey {
  readonly privateKey: ReturnType<typeof createPrivateKey>;
  /** `whpk_` and the base64 of the 32 bytes. */
  readonly publicKey: string;
}

/** A new key pair: the private half as base64 of PKCS #8, the public one as receivers take it. */
export function newSigningKey(): { readonly privateText: string; readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  return {
    privateText: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    publicKey: `whpk_${raw.toString('base64')}`,
  };
}

export function readSigningKey(privateText: string, publicKey: string): SigningKey {
  return { privateKey: createPrivateKey({ key: Buffer.from(privateText, 'base64'), format: 'der', type: 'pkcs8' }), publicKey };
}
