import { EventStoreServer } from '@suyuan/testkit/event-store-server';
import { randomBytes } from 'node:crypto';

/** Where the log of a product under test is, when it is not in its database. */
export interface TestEventStore {
  readonly settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** What real servers are set up to take in one append (docker/compose.kurrentdb.yaml). */
const APPEND_BYTES_MAX = 16 * 1024 * 1024;

/**
 * With SUYUAN_TEST_ESDB a log of its own on that server, with SUYUAN_TEST_EVENT_STORE=protocol one on a server of the
 * protocol in this process, else none.
 */
export async function testEventStore(): Promise<TestEventStore | undefined> {
  const real = process.env['SUYUAN_TEST_ESDB'];
  if (real !== undefined) return { settings: settingsFor(real), close: () => Promise.resolve() };
  if (process.env['SUYUAN_TEST_EVENT_STORE'] !== 'protocol') return undefined;
  const server = await EventStoreServer.start({ appendBytesMax: APPEND_BYTES_MAX });
  return { settings: settingsFor(`esdb://${server.address}?tls=false`), close: () => server.stop() };
}

function settingsFor(address: string): Record<string, string> {
  const log = `test_${randomBytes(6).toString('hex')}`;
  return { SUYUAN_EVENT_STORE: `${address}${address.includes('?') ? '&' : '?'}log=${log}` };
}
