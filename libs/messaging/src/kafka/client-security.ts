import type { KafkaSecurity } from '@suyuan/platform';
import type { KafkaConfig } from 'kafkajs';

/** As the client library takes it. The certificate of a broker, and the name or address in it, are always verified. */
export function clientSecurity(security: KafkaSecurity | undefined): Pick<KafkaConfig, 'ssl' | 'sasl'> {
  const { tls, sasl } = security ?? {};
  return {
    ...(tls === undefined ? {} : { ssl: { ...tls, rejectUnauthorized: true, minVersion: 'TLSv1.2' as const } }),
    ...(sasl === undefined ? {} : { sasl: saslOf(sasl) }),
  };
}

/** The library's type pairs each mechanism with its own shape, so that one with any of them is none of its. */
function saslOf({ mechanism, username, password }: NonNullable<KafkaSecurity['sasl']>): NonNullable<KafkaConfig['sasl']> {
  if (mechanism === 'plain') return { mechanism, username, password };
  return mechanism === 'scram-sha-256' ? { mechanism, username, password } : { mechanism, username, password };
}
