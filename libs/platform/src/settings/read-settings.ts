import { kafkaSecurityOf } from './kafka-security';
import { nearestName } from './nearest-name';
import * as as from './setting-parsers';
import { Settings } from './settings';
import { StartRefusal } from './start-refusal';

/** Every known name, its parser and, where it has one, its default. */
const KNOWN = {
  SUYUAN_HOST: { parse: as.asHost, byDefault: '127.0.0.1' },
  SUYUAN_PORT: { parse: as.asPort, byDefault: '8080' },
  SUYUAN_DATA_DIR: { parse: as.asFolder, byDefault: '.suyuan' },
  SUYUAN_DATABASE_URL: { parse: as.asPostgresUrl },
  SUYUAN_DATABASE_DIRECT_URL: { parse: as.asPostgresUrl },
  SUYUAN_EVENT_STORE: { parse: as.asEventStore, byDefault: 'postgres' },
  SUYUAN_KAFKA_BROKERS: { parse: as.asBrokers },
  SUYUAN_KAFKA_TLS: { parse: as.asSwitch },
  SUYUAN_KAFKA_TLS_CA: { parse: as.asCertificates },
  SUYUAN_KAFKA_TLS_CERT: { parse: as.asCertificates },
  SUYUAN_KAFKA_TLS_KEY: { parse: as.asPrivateKey },
  SUYUAN_KAFKA_SASL: { parse: as.asSaslMechanism },
  SUYUAN_KAFKA_USER: { parse: as.asText },
  SUYUAN_KAFKA_PASSWORD: { parse: as.asText },
  SUYUAN_ADMIN_KEY: { parse: as.asAdminKey },
  SUYUAN_PUBLIC_URL: { parse: as.asHttpUrl },
  SUYUAN_LOG_LEVEL: { parse: as.asLogLevel, byDefault: 'info' },
  SUYUAN_OIDC_ISSUER: { parse: as.asHttpUrl },
  SUYUAN_OIDC_AUDIENCE: { parse: as.asText },
  SUYUAN_EGRESS_ALLOW: { parse: as.asAddressRanges },
  SUYUAN_SMTP_URL: { parse: as.asSmtpUrl },
  SUYUAN_MAIL_FROM: { parse: as.asMailbox },
  SUYUAN_REGIMES_DIR: { parse: as.asFolder },
} as const;
type Known = typeof KNOWN;
type Name = keyof Known;

export const SETTING_NAMES = Object.keys(KNOWN) as readonly Name[];

/**
 * The settings in `env`. An unset and an empty variable are the same (compose files pass empty ones). Other `SUYUAN_*`
 * names and bad values refuse the start, all of them in one line; `SUYUAN_TEST_*` is left to the tests.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const faults: string[] = [];
  for (const name of Object.keys(env)) {
    if (!name.startsWith('SUYUAN_') || name.startsWith('SUYUAN_TEST_') || name in KNOWN) continue;
    const nearest = nearestName(name, SETTING_NAMES);
    faults.push(`unknown setting ${name}${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}`);
  }
  const read = <N extends Name>(name: N): Value<N> => {
    const known: { parse: (text: string) => unknown; byDefault?: string } = KNOWN[name];
    const text = given(env, name) ? env[name] : known.byDefault;
    if (text === undefined) return undefined as Value<N>;
    try {
      return known.parse(text) as Value<N>;
    } catch (error) {
      if (!(error instanceof as.BadValue)) throw error;
      faults.push(`${name} ${error.message}`);
      return undefined as Value<N>;
    }
  };
  const kafkaBrokers = read('SUYUAN_KAFKA_BROKERS');
  const faultsBefore = faults.length;
  const kafka = kafkaSecurityOf({
    brokers: kafkaBrokers,
    tls: read('SUYUAN_KAFKA_TLS'),
    ca: read('SUYUAN_KAFKA_TLS_CA'),
    cert: read('SUYUAN_KAFKA_TLS_CERT'),
    key: read('SUYUAN_KAFKA_TLS_KEY'),
    mechanism: read('SUYUAN_KAFKA_SASL'),
    user: read('SUYUAN_KAFKA_USER'),
    password: read('SUYUAN_KAFKA_PASSWORD'),
  });
  // A member that was itself at fault seems to be missing: it is not named twice.
  if (faults.length === faultsBefore) faults.push(...kafka.faults);
  const settings: Settings = {
    host: read('SUYUAN_HOST'),
    port: read('SUYUAN_PORT'),
    dataDir: read('SUYUAN_DATA_DIR'),
    databaseUrl: read('SUYUAN_DATABASE_URL'),
    databaseDirectUrl: read('SUYUAN_DATABASE_DIRECT_URL'),
    adminKey: read('SUYUAN_ADMIN_KEY'),
    publicUrl: read('SUYUAN_PUBLIC_URL'),
    logLevel: read('SUYUAN_LOG_LEVEL'),
    oidcIssuer: read('SUYUAN_OIDC_ISSUER'),
    oidcAudience: read('SUYUAN_OIDC_AUDIENCE'),
    egressAllow: read('SUYUAN_EGRESS_ALLOW'),
    smtpUrl: read('SUYUAN_SMTP_URL'),
    mailFrom: read('SUYUAN_MAIL_FROM'),
    regimesDir: read('SUYUAN_REGIMES_DIR'),
    kafkaBrokers,
    kafkaSecurity: kafka.security,
    eventStoreUrl: unlessPostgres(read('SUYUAN_EVENT_STORE')),
  };
  if (given(env, 'SUYUAN_SMTP_URL') !== given(env, 'SUYUAN_MAIL_FROM')) faults.push(halfAMailbox(env));
  if (given(env, 'SUYUAN_DATABASE_DIRECT_URL') && !given(env, 'SUYUAN_DATABASE_URL'))
    faults.push('SUYUAN_DATABASE_DIRECT_URL needs SUYUAN_DATABASE_URL beside it: the address of the pooler');
  if (faults.length > 0) throw new StartRefusal(faults.join('; '), 2);
  return settings;
}

/** The default store needs no address: it is the database. */
function unlessPostgres(store: string | undefined): string | undefined {
  return store === 'postgres' ? undefined : store;
}

/** Compose files pass empty variables for unset ones. */
function given(env: Readonly<Record<string, string | undefined>>, name: Name): boolean {
  return env[name] !== undefined && env[name] !== '';
}

/** With one of the two no mail would leave, and nobody would hear of it. */
function halfAMailbox(env: Readonly<Record<string, string | undefined>>): string {
  const [there, missing] = given(env, 'SUYUAN_SMTP_URL')
    ? ['SUYUAN_SMTP_URL', 'SUYUAN_MAIL_FROM']
    : ['SUYUAN_MAIL_FROM', 'SUYUAN_SMTP_URL'];
  return `${there} needs ${missing} beside it: set both, or neither for no e-mail`;
}

/** A name with a default always has a value; another one may be undefined. */
type Value<N extends Name> = Known[N] extends { byDefault: string }
  ? ReturnType<Known[N]['parse']>
  : ReturnType<Known[N]['parse']> | undefined;
