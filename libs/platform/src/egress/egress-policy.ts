import { BlockList, isIP, isIPv4 } from 'node:net';

/**
 * Address ranges that are not the public internet (IANA special-purpose address registries), so that nobody can make this
 * server call its own network. 2002::/16 (6to4) and 2001::/23 (Teredo and other protocol assignments) hide an IPv4 address
 * and are not routed by anybody serious: they are refused whole.
 */
const SPECIAL_V4 =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4';
const SPECIAL_V6 = '2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3ffe::/16 3fff::/20';
const GLOBAL_UNICAST = '2000::/3';

const special = rangesOf([...SPECIAL_V4.split(' '), ...SPECIAL_V6.split(' ')]);
const global = rangesOf([GLOBAL_UNICAST]);
const nat64 = rangesOf(['64:ff9b::/96']);
const mapped = rangesOf(['::ffff:0:0/96']);

/** Which addresses a webhook may reach: every public one, and those that the operator of this server named. */
export class EgressPolicy {
  private constructor(private readonly allowed: BlockList) {}

  /** @param text comma-separated addresses and ranges (`127.0.0.0/8, fd00::/8`), the value of SUYUAN_EGRESS_ALLOW. Throws on anything else. */
  static parse(text: string | undefined): EgressPolicy {
    const entries = (text ?? '').split(/[\s,]+/);
    return new EgressPolicy(rangesOf(entries.filter((entry) => entry !== '')));
  }

  /** True for an address that the operator named. Only such may be spoken to without TLS. */
  isAllowed(address: string): boolean {
    const judged = embeddedIpv4(address) ?? address;
    if (contains(this.allowed, judged)) return true;
    // Both names of this very machine stand or fall together: `localhost` resolves to either.
    return address === '::1' && contains(this.allowed, '127.0.0.1');
  }

  /** Why this address must not be called over this protocol, or undefined when it may. */
  refusal(address: string, protocol: string): string | undefined {
    if (this.isAllowed(address)) return undefined;
    if (protocol !== 'https:') return 'http: is only for addresses within SUYUAN_EGRESS_ALLOW';
    return isPublic(address) ? undefined : `${address} is not a public address`;
  }
}

/** True for an address of the public internet, an IPv4 address inside an IPv6 one judged by itself. */
export function isPublic(address: string): boolean {
  const judged = embeddedIpv4(address) ?? address;
  if (isIP(judged) === 0 || contains(special, judged)) return false;
  return isIPv4(judged) || contains(global, judged);
}

/** The IPv4 address that `::ffff:a.b.c.d` (mapped) or `64:ff9b::a.b.c.d` (NAT64) stands for. */
function embeddedIpv4(address: string): string | undefined {
  if (isIP(address) !== 6) return undefined;
  if (!nat64.check(address, 'ipv6') && !mapped.check(address, 'ipv6')) return undefined;
  const dotted = /:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (dotted !== undefined) return dotted;
  // The URL parser writes the shortest form: its last 32 bits are the last two groups, an empty one being zero.
  const groups = new URL(`http://[${address}]/`).hostname.slice(1, -1).split(':').slice(-2);
  const [high, low] = groups.map((group) => (group === '' ? 0 : Number.parseInt(group, 16)));
  return [(high ?? 0) >> 8, (high ?? 0) & 255, (low ?? 0) >> 8, (low ?? 0) & 255].join('.');
}

function contains(ranges: BlockList, address: string): boolean {
  return ranges.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

function rangesOf(entries: readonly string[]): BlockList {
  const ranges = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix, rest] = entry.split('/');
    const version = isIP(address);
    const widest = version === 4 ? 32 : 128;
    const length = prefix === undefined ? widest : Number(prefix);
    if (version === 0 || rest !== undefined || !/^\d{1,3}$/.test(prefix ?? '0') || length > widest) {
      throw new RangeError(`'${entry}' is neither an address nor a range such as 10.0.0.0/8`);
    }
    ranges.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6');
  }
  return ranges;
}
