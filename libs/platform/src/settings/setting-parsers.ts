import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import path from 'node:path';
import { SASL_MECHANISMS, SaslMechanism } from './kafka-security';
import { LOG_LEVELS, LogLevel } from './settings';

/** A parser answers with the value or throws `BadValue`, whose message completes "SUYUAN_X ". It never repeats a secret. */
export class BadValue extends Error {}

export function asHost(text: string): string {
  if (isIP(text) === 0 && !/^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(text))
    throw new BadValue(`must be an IP address or a host name, not "${text}"`);
  return text;
}

export function asPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port >= 0 && port <= 65535)) throw new BadValue(`must be a port from 0 (any free one) to 65535, not "${text}"`);
  return port;
}

export function asFolder(text: string): string {
  if (text.includes('\0')) throw new BadValue('must be a path');
  return path.resolve(text);
}

export function asPostgresUrl(text: string): string {
  return urlWith(text, ['postgres:', 'postgresql:'], 'a PostgreSQL address such as postgres://user:password@host:5432/suyuan');
}

export function asHttpUrl(text: string): string {
  return urlWith(text, ['http:', 'https:'], 'an http or https address').replace(/\/+$/, '');
}

export function asSmtpUrl(text: string): string {
  return urlWith(text, ['smtp:', 'smtps:'], 'a mail server address such as smtps://user:password@host:465');
}

export function asLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level === undefined) throw new BadValue(`must be one of ${LOG_LEVELS.join(', ')}, not "${text}"`);
  return level;
}

/** Any 16 or more printable characters; blanks within are fine, at the ends they would be lost on the way. */
export function asAdminKey(text: string): string {
  if (!/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{16,1000}$/u.test(text) || text !== text.trim())
    throw new BadValue('must be 16 to 1000 printable characters without blanks at its ends');
  return text;
}

export function asAddressRanges(text: string): string {
  for (const range of text.split(',').map((part) => part.trim())) {
    const [address = '', prefix, ...rest] = range.split('/');
    const family = isIP(address);
    const longest = family === 4 ? 32 : 128;
    const bits = prefix === undefined ? longest : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
    if (family === 0 || rest.length > 0 || !(bits <= longest))
      throw new BadValue(`must be address ranges such as 127.0.0.0/8,10.1.0.0/16; "${range}" is none`);
    new BlockList().addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
  }
  return text;
}

export function asText(text: string): string {
  return text;
}

/** For a mail sender: `name <address>` or an address. */
export function asMailbox(text: string): string {
  if (!/^(?:[^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(text)) throw new BadValue('must be an e-mail address');
  return text;
}

/** `postgres`, or where another store is: one address or, for a cluster, several. What it says beyond that is the client's. */
export function asEventStore(text: string): string {
  if (text === 'postgres') return text;
  const nodes = /^(?:esdb|kurrentdb)(?:\+discover)?:\/\/(?:[^@/?#]*@)?([^@/?#]+)\/?(?:\?\S*)?$/.exec(text)?.[1]?.split(',');
  // The text may hold a password: it is never repeated in the message.
  if (nodes?.every((node) => /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.test(node)) !== true)
    throw new BadValue('must be "postgres" or a connection string such as esdb://user:password@host:2113?tls=true');
  return text;
}

/** `host:port` of some brokers, comma separated. */
export function asBrokers(text: string): readonly string[] {
  const brokers = text.split(',').map((part) => part.trim());
  for (const broker of brokers) {
    const [, host = '', port = ''] = /^(\[[0-9a-f:.]+\]|[^:\s/@]+):(\d{1,5})$/i.exec(broker) ?? [];
    if (host === '' || !(Number(port) >= 1 && Number(port) <= 65535))
      throw new BadValue(`must be brokers such as kafka-1:9092,kafka-2:9092; "${broker}" is none`);
  }
  return brokers;
}

export function asSwitch(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new BadValue(`must be on or off, not "${text}"`);
  return text === 'on';
}

export function asSaslMechanism(text: string): SaslMechanism {
  const mechanism = SASL_MECHANISMS.find((known) => known === text.toLowerCase());
  if (mechanism === undefined) throw new BadValue(`must be one of ${SASL_MECHANISMS.join(', ')}, not "${text}"`);
  return mechanism;
}

/** @returns what stands in the file: one certificate in PEM, or several */
export function asCertificates(text: string): string {
  return readPem(text, 'certificates', (pem) => new X509Certificate(pem));
}

/** @returns what stands in the file: a private key in PEM, without a passphrase */
export function asPrivateKey(text: string): string {
  return readPem(text, 'a private key without a passphrase', (pem) => createPrivateKey(pem));
}

/** What a file holds may be a secret: nothing of it is repeated. */
function readPem(text: string, wanted: string, check: (pem: string) => unknown): string {
  const file = asFolder(text);
  try {
    const pem = readFileSync(file, 'utf8');
    check(pem);
    return pem;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why = code === 'ENOENT' ? 'there is none' : code === 'EACCES' ? 'it may not be read' : 'what is there is not that';
    throw new BadValue(`must be a PEM file with ${wanted}; at ${file} ${why}`);
  }
}

function urlWith(text: string, protocols: readonly string[], wanted: string): string {
  // The text may hold a password: it is never repeated in the message.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !protocols.includes(url.protocol) || (url.hostname === '' && !url.searchParams.has('host')))
    throw new BadValue(`must be ${wanted}`);
  return text;
}
