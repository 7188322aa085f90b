import { BlockList, isIP } from 'node:net';
import { randomBytes } from 'node:crypto';

/** Why a webhook address was refused; `rule` is stable. */
export interface TargetRefusal {
  readonly rule: string;
  readonly message: string;
}

/** Special-purpose ranges (IANA registries): a literal address in them is never a partner's endpoint on the internet. */
const PRIVATE = rangesOf(
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3 ' +
    '::/3 2001::/23 2001:db8::/32 2002::/16 fc00::/7 fe80::/10 ff00::/8',
);

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
  if (address !== undefined && contains(rangesOf(egressAllow ?? ''), address)) return undefined;
  if (url.protocol === 'http:')
    return {
      rule: 'access/webhook-needs-https',
      message: 'http: is accepted only for addresses within SUYUAN_EGRESS_ALLOW; use https.',
    };
  if (address !== undefined && contains(PRIVATE, address))
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
  if (isIP(host) === 0) return undefined;
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host);
  if (mapped === null) return host;
  const [high, low] = [parseInt(mapped[1] ?? '', 16), parseInt(mapped[2] ?? '', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function contains(ranges: BlockList, address: string): boolean {
  if (ranges.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')) return true;
  // Both names of this very machine stand or fall together: localhost resolves to either.
  return address === '::1' && ranges.check('127.0.0.1', 'ipv4');
}

function rangesOf(text: string): BlockList {
  const ranges = new BlockList();
  for (const entry of text.split(/[\s,]+/).filter((part) => part !== '')) {
    const [address = '', bits] = entry.split('/');
    const version = isIP(address);
    const widest = version === 4 ? 32 : 128;
    const length = bits === undefined ? widest : Number(bits);
    if (version === 0 || !Number.isInteger(length) || length < 0 || length > widest)
      throw new RangeError(`SUYUAN_EGRESS_ALLOW: '${entry}' is no address range such as 127.0.0.0/8`);
    ranges.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6');
  }
  return ranges;
}
