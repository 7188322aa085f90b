import { readSettings, SETTING_NAMES } from './read-settings';
import { StartRefusal } from './start-refusal';

const refusal = (env: Record<string, string>): StartRefusal => {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof StartRefusal) return error;
  }
  throw new Error('was not refused');
};

describe('readSettings', () => {
  it('has a default for everything that needs one', () => {
    expect(readSettings({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      logLevel: 'info',
      databaseUrl: undefined,
      adminKey: undefined,
    });
    expect(readSettings({}).dataDir).toMatch(/\/\.suyuan$/);
  });

  it('knows exactly the published names', () => {
    expect([...SETTING_NAMES].sort()).toEqual(
      [
        ...['HOST', 'PORT', 'DATA_DIR', 'DATABASE_URL', 'EVENT_STORE', 'KAFKA_BROKERS', 'ADMIN_KEY', 'PUBLIC_URL', 'LOG_LEVEL'],
        ...['OIDC_ISSUER', 'OIDC_AUDIENCE', 'EGRESS_ALLOW', 'SMTP_URL', 'MAIL_FROM', 'REGIMES_DIR', 'DATABASE_DIRECT_URL'],
        ...['KAFKA_TLS', 'KAFKA_TLS_CA', 'KAFKA_TLS_CERT', 'KAFKA_TLS_KEY', 'KAFKA_SASL', 'KAFKA_USER', 'KAFKA_PASSWORD'],
      ]
        .map((name) => `SUYUAN_${name}`)
        .sort(),
    );
  });

  it('takes an empty variable for an unset one, and leaves SUYUAN_TEST_ and foreign names alone', () => {
    const settings = readSettings({
      SUYUAN_PORT: '',
      SUYUAN_DATABASE_URL: '',
      SUYUAN_KAFKA_BROKERS: '',
      SUYUAN_TEST_ROUNDS: '9',
      PORT: 'x',
    });
    expect(settings).toMatchObject({ port: 8080, databaseUrl: undefined });
  });

  it('refuses an unknown name, with the nearest known one, exit code 2 and one line', () => {
    const { message, exitCode } = refusal({ SUYUAN_PROT: '80' });
    expect(message).toBe('unknown setting SUYUAN_PROT (did you mean SUYUAN_PORT?)');
    expect(exitCode).toBe(2);
    expect(refusal({ SUYUAN_ZZZZZZZZZZZZZZZZ: '1' }).message).toBe('unknown setting SUYUAN_ZZZZZZZZZZZZZZZZ');
  });

  it.each([
    ['SUYUAN_PORT', '80a'],
    ['SUYUAN_PORT', '70000'],
    ['SUYUAN_HOST', 'not a host'],
    ['SUYUAN_LOG_LEVEL', 'loud'],
    ['SUYUAN_ADMIN_KEY', 'too short'],
    ['SUYUAN_ADMIN_KEY', 'sixteen letters\n and a line break'],
    ['SUYUAN_DATABASE_URL', 'mysql://u:hunter2@h/db'],
    ['SUYUAN_DATABASE_DIRECT_URL', 'mysql://u:hunter2@h/db'],
    ['SUYUAN_PUBLIC_URL', 'example.org'],
    ['SUYUAN_EGRESS_ALLOW', '10.0.0.0/33'],
    ['SUYUAN_EGRESS_ALLOW', 'intranet'],
    ['SUYUAN_KAFKA_TLS', 'yes'],
    ['SUYUAN_KAFKA_TLS_CA', '/there/is/none.pem'],
    ['SUYUAN_KAFKA_TLS_KEY', __filename],
    ['SUYUAN_KAFKA_SASL', 'gssapi'],
    ['SUYUAN_SMTP_URL', 'http://mail'],
    ['SUYUAN_MAIL_FROM', 'nobody'],
    ['SUYUAN_EVENT_STORE', 'mongodb://x'],
    ['SUYUAN_EVENT_STORE', 'esdb://'],
    ['SUYUAN_EVENT_STORE', 'esdb://admin:hunter2@h:2113,a b'],
  ])('refuses %s=%j in one line that begins with the name and tells no password', (name, value) => {
    const { message, exitCode } = refusal({ [name]: value });
    expect(message.startsWith(`${name} must be`)).toBe(true);
    expect(message).not.toMatch(/\n|hunter2/);
    expect(exitCode).toBe(2);
  });

  it.each([
    'esdb://h:2113',
    'esdb://admin:hunter2@h:2113?tls=false',
    'esdb+discover://admin:p%40ss@a:2113,b:2113,[::1]:2113/?tls=true&tlsCAFile=/etc/ca.pem',
    'kurrentdb+discover://cluster.example?log=trade',
  ])('takes %s for an event store, and the database where it names none', (url) => {
    expect(readSettings({ SUYUAN_EVENT_STORE: url }).eventStoreUrl).toBe(url);
    expect(readSettings({ SUYUAN_EVENT_STORE: 'postgres' }).eventStoreUrl).toBeUndefined();
    expect(readSettings({}).eventStoreUrl).toBeUndefined();
  });

  it('reads a list of brokers, and names the one that is none', () => {
    expect(readSettings({}).kafkaBrokers).toBeUndefined();
    expect(readSettings({ SUYUAN_KAFKA_BROKERS: 'kafka-1:9092, [::1]:9093' }).kafkaBrokers).toEqual([
      'kafka-1:9092',
      '[::1]:9093',
    ]);
    for (const wrong of ['kafka', 'kafka:0', 'kafka:65536', 'a:1,,b:2', 'http://kafka:9092', 'a:1;b:2'])
      expect(refusal({ SUYUAN_KAFKA_BROKERS: wrong }).message).toMatch(/^SUYUAN_KAFKA_BROKERS must be brokers/);
  });

  it('reads how to speak to Kafka', () => {
    const kafka = { SUYUAN_KAFKA_BROKERS: 'kafka-1:9093' };
    const signsIn = { ...kafka, SUYUAN_KAFKA_SASL: 'SCRAM-SHA-512', SUYUAN_KAFKA_USER: 'u', SUYUAN_KAFKA_PASSWORD: 'hunter2' };
    expect(readSettings(kafka).kafkaSecurity).toBeUndefined();
    expect(readSettings({ ...kafka, SUYUAN_KAFKA_TLS: 'off' }).kafkaSecurity).toBeUndefined();
    expect(readSettings({ ...kafka, SUYUAN_KAFKA_TLS: 'on' }).kafkaSecurity).toEqual({ tls: {} });
    const sasl = { mechanism: 'scram-sha-512', username: 'u', password: 'hunter2' };
    expect(readSettings(signsIn).kafkaSecurity).toEqual({ sasl });
    const plain = { ...signsIn, SUYUAN_KAFKA_SASL: 'plain', SUYUAN_KAFKA_TLS: 'on' };
    expect(readSettings(plain).kafkaSecurity).toEqual({ tls: {}, sasl: { ...sasl, mechanism: 'plain' } });
  });

  it.each([
    [{ SASL: 'plain', USER: 'u', PASSWORD: 'hunter2' }, 'SUYUAN_KAFKA_SASL=plain needs SUYUAN_KAFKA_TLS=on'],
    [{ SASL: 'plain', USER: 'u', PASSWORD: 'hunter2', TLS: 'off' }, 'SUYUAN_KAFKA_SASL=plain needs SUYUAN_KAFKA_TLS=on'],
    [{ SASL: 'scram-sha-256', USER: 'u' }, 'SUYUAN_KAFKA_SASL needs SUYUAN_KAFKA_PASSWORD'],
    [{ USER: 'u', TLS: 'on' }, 'SUYUAN_KAFKA_USER needs SUYUAN_KAFKA_SASL'],
    [{ TLS: 'on', BROKERS: '' }, 'SUYUAN_KAFKA_TLS needs SUYUAN_KAFKA_BROKERS'],
  ])('refuses a half of what Kafka wants: %j', (given, begins) => {
    const named = Object.entries(given).map(([name, value]) => [`SUYUAN_KAFKA_${name}`, value]);
    const { message, exitCode } = refusal({ SUYUAN_KAFKA_BROKERS: 'kafka-1:9093', ...Object.fromEntries(named) });
    expect([message.startsWith(begins), message.includes('hunter2'), message.includes('\n'), exitCode]).toEqual([
      true,
      false,
      false,
      2,
    ]);
  });

  it('wants a mail server and a sender, or neither', () => {
    const smtp = { SUYUAN_SMTP_URL: 'smtps://user:hunter2@mail.example:465' };
    const from = { SUYUAN_MAIL_FROM: 'Recalls <recalls@example.org>' };
    expect(refusal(smtp)).toMatchObject({
      message: 'SUYUAN_SMTP_URL needs SUYUAN_MAIL_FROM beside it: set both, or neither for no e-mail',
      exitCode: 2,
    });
    expect(refusal({ ...from, SUYUAN_SMTP_URL: '' }).message).toMatch(/^SUYUAN_MAIL_FROM needs SUYUAN_SMTP_URL/);
    expect(readSettings({ ...smtp, ...from })).toMatchObject({ mailFrom: 'Recalls <recalls@example.org>' });
    expect(readSettings({ SUYUAN_SMTP_URL: '', SUYUAN_MAIL_FROM: '' }).smtpUrl).toBeUndefined();
  });

  it('wants a pooled address beside a direct one', () => {
    const direct = { SUYUAN_DATABASE_DIRECT_URL: 'postgres://u:hunter2@h/db' };
    expect(refusal(direct).message).toMatch(/^SUYUAN_DATABASE_DIRECT_URL needs SUYUAN_DATABASE_URL[^;]*$/);
    expect(refusal(direct).message).not.toContain('hunter2');
    const both = { ...direct, SUYUAN_DATABASE_URL: 'postgres://u:hunter2@pooler/db' };
    expect(readSettings(both).databaseDirectUrl).toBe(direct.SUYUAN_DATABASE_DIRECT_URL);
  });

  it('names all faults at once', () => {
    expect(refusal({ SUYUAN_PORT: 'x', SUYUAN_LOGLEVEL: 'info' }).message.split('; ')).toHaveLength(2);
  });
});
