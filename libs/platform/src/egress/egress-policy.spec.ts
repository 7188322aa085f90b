import { EgressPolicy, isPublic } from './egress-policy';
import { judgedAddress } from './guarded-agent';

const PRIVATE = [
  '0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1', '172.31.255.255',
  '192.0.0.8', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1', '198.51.100.7', '203.0.113.9', '224.0.0.1', '240.0.0.1', '255.255.255.255',
  '::', '::1', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:a9fe:a9fe', '64:ff9b::7f00:1', '64:ff9b::169.254.169.254', '64:ff9b::a00:1', '64:ff9b::',
  '64:ff9b:1::1', '100::1', '2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2', '2001:db8::1', '2002:7f00:1::', '2002:a9fe:a9fe::1', '3fff::1', 'fc00::1', 'fd12:3456::1',
  'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', 'not an address', '',
]; // prettier-ignore
const PUBLIC = [
  '1.1.1.1',
  '8.8.8.8',
  '100.63.255.255',
  '172.32.0.1',
  '192.169.0.1',
  '223.255.255.255',
  '2606:4700::1111',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
  '2400:cb00::1',
];

describe('egress policy', () => {
  const closed = EgressPolicy.parse(undefined);

  it.each(PRIVATE)('refuses %p', (address) => {
    expect(isPublic(address)).toBe(false);
    expect(closed.refusal(address, 'https:')).toBeDefined();
  });

  it.each(PUBLIC)('lets TLS go to %s, and nothing else', (address) => {
    expect(closed.refusal(address, 'https:')).toBeUndefined();
    expect(closed.refusal(address, 'http:')).toContain('SUYUAN_EGRESS_ALLOW');
  });

  it('lets both protocols go to what the operator named, in every spelling, and to nothing beside it', () => {
    const policy = EgressPolicy.parse('127.0.0.0/8, 10.20.0.0/16,fd00::/8, 192.168.7.7');
    for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '::1', '10.20.3.4', 'fd00::5', '192.168.7.7']) {
      expect(policy.refusal(address, 'http:')).toBeUndefined();
      expect(policy.refusal(address, 'https:')).toBeUndefined();
    }
    for (const address of ['10.21.0.1', '192.168.7.8', '169.254.169.254', 'fe80::1'])
      expect(policy.refusal(address, 'https:')).toBeDefined();
  });

  it.each(['localhost', '10.0.0.0/33', '10.0.0.0/', '10.0.0/8', '1.2.3.4/8/8', '::1/129', '127.0.0.1;::1'])(
    'refuses the setting %p',
    (text) => {
      expect(() => EgressPolicy.parse(text)).toThrow(RangeError);
    },
  );
});

describe('the address a name is connected to', () => {
  const closed = EgressPolicy.parse(undefined);
  const names =
    (...addresses: string[]) =>
    async (): Promise<string[]> =>
      addresses;

  it('is one that was judged', async () => {
    expect(await judgedAddress('shop.example', 'https:', closed, names('2606:4700::1', '1.1.1.1'))).toBe('1.1.1.1');
  });

  it('is none when any address of the name is off limits', async () => {
    await expect(judgedAddress('rebind.example', 'https:', closed, names('1.1.1.1', '127.0.0.1'))).rejects.toThrow('127.0.0.1');
    await expect(judgedAddress('rebind.example', 'https:', closed, names('1.1.1.1', '::ffff:a00:1'))).rejects.toThrow();
    await expect(judgedAddress('nothing.example', 'https:', closed, names())).rejects.toThrow('no address');
  });

  it.each([
    'http://127.1/',
    'http://0x7f.0.0.1/',
    'http://2130706433/',
    'http://017700000001/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://①②⑦.0.0.1/',
  ])('is judged for a literal as the URL parser reads it: %s', async (url) => {
    const { hostname } = new URL(url);
    const never = (): Promise<string[]> => Promise.reject(new Error('a literal is not looked up'));
    await expect(judgedAddress(hostname, 'https:', closed, never)).rejects.toThrow('not a public address');
  });
});
