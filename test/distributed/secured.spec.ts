import { KafkaMessaging, MessagingPort } from '@suyuan/messaging';
import type { KafkaSecurity } from '@suyuan/platform';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gln, gtin } from '../support/gs1';
import { KafkaCluster } from '../support/kafka-cluster';
import { readScrape } from '../support/scrape';
import { SplitProduct } from '../support/split-product';
import { testCertificate } from '../support/test-certificate';

const libraries = process.env['SUYUAN_TEST_KAFKA_LIBRARIES'];
const suite = libraries === undefined ? describe.skip : describe;

const USER = 'suyuan';
const PASSWORD = 'not-the-default-1';
const broker = testCertificate('broker');
const client = testCertificate('suyuan');
const stranger = testCertificate('stranger');
const ours = { ca: broker.certificate, cert: client.certificate, key: client.key };
const scram = { mechanism: 'scram-sha-512', username: USER, password: PASSWORD } as const;

let cluster: KafkaCluster;
const opened: MessagingPort[] = [];

/** What became of a message that was sent this way and read back, or of the attempt. */
async function roundTrip(security: KafkaSecurity | undefined): Promise<string> {
  const messaging = new KafkaMessaging({ brokers: cluster.securedBrokers.split(','), clientId: 'secured', security });
  opened.push(messaging);
  const topic = `secured-${process.pid}-${opened.length}`;
  try {
    await messaging.ensureTopics([{ name: topic, partitions: 1 }]);
    await messaging.publish(topic, [{ key: 'k', value: Buffer.from('read back'), headers: {} }]);
  } catch (error) {
    return String(error);
  }
  return new Promise((resolve, reject) => {
    const handle = (messages: readonly { value: Buffer }[]): Promise<void> =>
      Promise.resolve(resolve(String(messages[0]?.value)));
    messaging.subscribe({ topic, group: topic, handle }).catch(reject);
  });
}

suite('a broker that wants TLS, a certificate, and a name and password', () => {
  beforeAll(async () => {
    const listener = { brokerPem: broker.key + broker.certificate, user: USER, password: PASSWORD, clientCa: client.certificate };
    cluster = await KafkaCluster.start(libraries ?? '', 1, listener);
  }, 120_000);
  afterAll(async () => {
    await Promise.all(opened.map((one) => one.close()));
    await cluster?.remove();
  });

  it.each(['scram-sha-512', 'scram-sha-256', 'plain'] as const)('takes and gives messages by %s', async (mechanism) => {
    expect(await roundTrip({ tls: ours, sasl: { ...scram, mechanism } })).toBe('read back');
  });

  it.each<readonly [string, KafkaSecurity | undefined, RegExp]>([
    ['a wrong password', { tls: ours, sasl: { ...scram, password: 'wrong' } }, /authenticat|credential/i],
    ['no password', { tls: ours }, /./],
    ['no certificate of its own', { tls: { ca: broker.certificate }, sasl: scram }, /certificate|handshake|closed|reset/i],
    [
      'a certificate that the broker does not know',
      { tls: { ...ours, ...pairOf(stranger) }, sasl: scram },
      /certificate|closed|reset/i,
    ],
    ['no TLS', { sasl: scram }, /./],
  ])('turns away a client with %s', async (_, security, says) => {
    const came = await roundTrip(security);
    expect(came).not.toBe('read back');
    expect(came).toMatch(says);
  });

  it.each<readonly [string, KafkaSecurity, RegExp]>([
    [
      'an authority that is not the broker’s',
      { tls: { ...ours, ca: stranger.certificate }, sasl: scram },
      /self-signed|unable to verify/i,
    ],
    ['none but the public authorities', { tls: pairOf(client), sasl: scram }, /self-signed|unable to verify/i],
  ])('is not believed by a client that knows %s', async (_, security, says) => {
    expect(await roundTrip(security)).toMatch(says);
  });

  it('carries the records of the separate services, by their settings', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'suyuan-secured-'));
    const file = async (name: string, pem: string): Promise<string> => {
      await writeFile(path.join(folder, name), pem, { mode: 0o600 });
      return path.join(folder, name);
    };
    const settings = {
      SUYUAN_KAFKA_TLS: 'on',
      SUYUAN_KAFKA_TLS_CA: await file('ca.pem', broker.certificate),
      SUYUAN_KAFKA_TLS_CERT: await file('cert.pem', client.certificate),
      SUYUAN_KAFKA_TLS_KEY: await file('key.pem', client.key),
      SUYUAN_KAFKA_SASL: scram.mechanism,
      SUYUAN_KAFKA_USER: USER,
      SUYUAN_KAFKA_PASSWORD: PASSWORD,
    };
    const product = await SplitProduct.start({ brokers: cluster.securedBrokers, settings });
    try {
      expect(await broughtTo(product)).toBeGreaterThan(0);
    } finally {
      await product.remove();
      await rm(folder, { recursive: true, force: true });
    }
  }, 120_000);
});

function pairOf({ certificate, key }: typeof client): { cert: string; key: string } {
  return { cert: certificate, key };
}

/** Records that the graph was given by the broker, as soon as there is one: a slow broker's are read from the log instead. */
async function broughtTo(product: SplitProduct): Promise<number> {
  const [trace] = product.processes.trace;
  for (let attempt = 0; attempt < 200; attempt++) {
    const row = { product: gtin(1), lot: 'F1', serials: [`s${attempt}`], place: gln(1), at: '2026-05-01T08:00:00+08:00' };
    expect((await product.call('POST', '/api/v1/events/production', row)).status).toBe(201);
    const metrics = readScrape(await (await fetch(`${trace?.url}/metrics`)).text());
    const samples = metrics.get('suyuan_messaging_records_total')?.samples ?? [];
    const count = samples.find(({ labels }) => labels['follower'] === 'trace' && labels['way'] === 'broker')?.value ?? 0;
    if (count > 0) return count;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return 0;
}
