import { isIP } from 'node:net';
import { randomBytes } from 'node:crypto';
import { EgressPolicy, isPublic } from '@suyuan/platform';

/** Why a webhook address was refused; `rule` is stable. */
export interface TargetRefusal {
  readonly rule: string;
  readonly message: string;
}

/**
 * Judges what can be judged without the network: the scheme and a literal address. A name is resolved, and the address it
 * resolves to is judged again, whenever a notice is sent. `egressAllow` is SUYUAN_EGRESS_ALLOW: the private ranges that
 * the operator of this server opened.
 */
export function refuseWebhook(text: string, egressAllow: string | undefined): TargetRefusal | undefined {
  if (!URL.canParse(text)) return { rule: 'access/webhook-not-a-url', message: 'The webhook must be an absolute http(s) URL.' };
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return { rule: 'access/webhook-scheme', message: `The webhook must be https, not ${url.protocol.slice(0, -1)}.` };
  if (url.username !== '' || url.password !== '')
    return {
      rule: 'access/webhook-credentials',
      message: 'The webhook must not carry a user name or password: deliveries are signed.',
    };
  const address = literalAddress(url.hostname);
  if (address !== undefined && EgressPolicy.parse(egressAllow).isAllowed(address)) return undefined;
  if (url.protocol === 'http:')
    return {
      rule: 'access/webhook-needs-https',
      message: 'http: is accepted only for addresses within SUYUAN_EGRESS_ALLOW; use https.',
    };
  if (address !== undefined && !isPublic(address))
    return {
      rule: 'access/webhook-private-address',
      message: `${address} is not a public address and not within SUYUAN_EGRESS_ALLOW.`,
    };
  return undefined;
}

/** A signing secret of the Standard Webhooks form: `whsec_` and 32 random bytes in base64. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** True for a given secret that deliveries can be signed with: 24 to 64 bytes in base64 after `whsec_`. */
export function isWebhookSecret(text: string): boolean {
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(text)) return false;
  const bytes = Buffer.from(text.slice(6), 'base64').length;
  return bytes >= 24 && bytes <= 64;
}

/** The URL parser has already turned odd spellings (0x7f.1, 2130706433) into dotted ones. */
function literalAddress(hostname: string): string | undefined {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (host === 'localhost' || host.endsWith('.localhost')) return '127.0.0.1';
  return isIP(host) === 0 ? undefined : host;
}
