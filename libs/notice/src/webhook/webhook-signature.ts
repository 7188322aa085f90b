import { createHmac } from 'node:crypto';

/** The `webhook-id` of one version of a notice: equal on every retry, and free of '.', which separates the signed parts. */
export function webhookId(noticeId: string, version: number): string {
  if (!/^[\w-]+$/.test(noticeId)) throw new RangeError(`a notice id may hold letters, digits, '-' and '_' only: ${noticeId}`);
  return `${noticeId}-v${version}`;
}

/**
 * Headers of one attempt (Standard Webhooks 1.0, symmetric scheme): `v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`.
 *
 * @param secret `whsec_` and base64.
 * @param at time of the attempt; receivers refuse old ones, so that a recorded request cannot be played again.
 */
export function signedHeaders(id: string, body: string, secret: string, at: Date): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
