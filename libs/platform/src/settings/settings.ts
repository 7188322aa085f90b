import type { KafkaSecurity } from './kafka-security';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The settings of a process, checked; also the injection token. Made by `readSettings`; the environment is read nowhere else. */
export abstract class Settings {
  /** Address to listen on. */
  abstract readonly host: string;
  /** TCP port; 0 = any free one. */
  abstract readonly port: number;
  /** Absolute path of the folder that holds the embedded database and the administrator's key. */
  abstract readonly dataDir: string;
  /** External PostgreSQL; undefined = the embedded one. */
  abstract readonly databaseUrl: string | undefined;
  /** The same database past a pooler, for what needs a session of its own; undefined = `databaseUrl` is direct. */
  abstract readonly databaseDirectUrl: string | undefined;
  /** First administrator key; undefined = made at first start. */
  abstract readonly adminKey: string | undefined;
  /** The address under which others reach this installation, without a trailing slash; undefined = host and port. */
  abstract readonly publicUrl: string | undefined;
  abstract readonly logLevel: LogLevel;
  abstract readonly oidcIssuer: string | undefined;
  abstract readonly oidcAudience: string | undefined;
  /** Address ranges (CIDR, comma separated) that webhooks may reach although they are private; undefined = none. */
  abstract readonly egressAllow: string | undefined;
  /** Mail server (`smtp:` or `smtps:`); undefined = no e-mail. */
  abstract readonly smtpUrl: string | undefined;
  abstract readonly mailFrom: string | undefined;
  /** Folder of the firm's own recall regimes, beside the shipped ones; undefined = none. */
  abstract readonly regimesDir: string | undefined;
  /** `host:port` of some Kafka brokers; undefined = no Kafka. */
  abstract readonly kafkaBrokers: readonly string[] | undefined;
  /** TLS and the name and password towards Kafka; undefined = neither. */
  abstract readonly kafkaSecurity: KafkaSecurity | undefined;
  /** Connection string of the EventStoreDB or KurrentDB that holds the log; undefined = PostgreSQL holds it. */
  abstract readonly eventStoreUrl: string | undefined;
}
