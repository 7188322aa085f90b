export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

/** How a process shows itself to Kafka, and how it knows the brokers. */
export interface KafkaSecurity {
  /** Absent: connections are not encrypted. */
  readonly tls?: {
    /** PEM. Absent: the authorities that Node.js knows. */
    readonly ca?: string;
    /** PEM of the client's own certificate and key, both or neither. */
    readonly cert?: string;
    readonly key?: string;
  };
  readonly sasl?: { readonly mechanism: SaslMechanism; readonly username: string; readonly password: string };
}

/** The `SUYUAN_KAFKA_…` settings as they were read, each by itself. */
export interface KafkaSecurityParts {
  readonly brokers: readonly string[] | undefined;
  readonly tls: boolean | undefined;
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly mechanism: SaslMechanism | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
}

const NAMES = {
  tls: 'SUYUAN_KAFKA_TLS',
  ca: 'SUYUAN_KAFKA_TLS_CA',
  cert: 'SUYUAN_KAFKA_TLS_CERT',
  key: 'SUYUAN_KAFKA_TLS_KEY',
  mechanism: 'SUYUAN_KAFKA_SASL',
  user: 'SUYUAN_KAFKA_USER',
  password: 'SUYUAN_KAFKA_PASSWORD',
} as const;
type Part = keyof typeof NAMES;

/**
 * Puts them together. Half of a pair, and a password that would be sent readable, are faults: without a word the product
 * would speak openly where somebody meant it not to.
 */
export function kafkaSecurityOf(parts: KafkaSecurityParts): { security: KafkaSecurity | undefined; faults: string[] } {
  const faults: string[] = [];
  const needs = (one: Part, other: Part, why: string): void => {
    if (parts[one] !== undefined && parts[other] === undefined)
      faults.push(`${NAMES[one]} needs ${NAMES[other]} beside it: ${why}`);
  };
  const given = (Object.keys(NAMES) as Part[]).find((name) => parts[name] !== undefined);
  if (given !== undefined && parts.brokers === undefined)
    faults.push(`${NAMES[given]} needs SUYUAN_KAFKA_BROKERS beside it: without brokers there is no Kafka`);
  needs('cert', 'key', 'a certificate is shown with its key');
  needs('key', 'cert', 'a key is shown with its certificate');
  needs('mechanism', 'user', 'who signs in');
  needs('mechanism', 'password', 'what the user signs in with');
  needs('user', 'mechanism', 'plain, scram-sha-256 or scram-sha-512');
  needs('password', 'mechanism', 'plain, scram-sha-256 or scram-sha-512');
  const file = (['ca', 'cert', 'key'] as const).find((name) => parts[name] !== undefined);
  if (file !== undefined && parts.tls !== true) faults.push(`${NAMES[file]} needs SUYUAN_KAFKA_TLS=on beside it`);
  if (parts.mechanism === 'plain' && parts.tls !== true)
    faults.push('SUYUAN_KAFKA_SASL=plain needs SUYUAN_KAFKA_TLS=on beside it: the password would be sent readable');
  return { security: faults.length > 0 ? undefined : joined(parts), faults };
}

function joined({ tls, ca, cert, key, mechanism, user, password }: KafkaSecurityParts): KafkaSecurity | undefined {
  const files = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
  const signsIn = mechanism !== undefined && user !== undefined && password !== undefined;
  if (tls !== true && !signsIn) return undefined;
  return {
    ...(tls === true ? { tls: files } : {}),
    ...(signsIn ? { sasl: { mechanism, username: user, password } } : {}),
  };
}
