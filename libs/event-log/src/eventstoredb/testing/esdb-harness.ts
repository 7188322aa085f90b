import { Database, migrate } from '@suyuan/platform';
import { createTestDatabase } from '@suyuan/testkit';
import { EventStoreServer } from '@suyuan/testkit/event-store-server';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLogHarness } from '../../event-log.contract';
import { EVENT_LOG_MIGRATIONS } from '../../event-log.migrations';
import { EventStoreLog } from '../eventstoredb-event-log.adapter';
import { GrpcGateway } from '../grpc-gateway';
import type { StoreGateway } from '../store-gateway';

export interface EsdbHarness extends EventLogHarness {
  /** What SUYUAN_EVENT_STORE would say. */
  readonly url: string;
  readonly database: Database;
  /** What went wrong while the log was followed. */
  readonly troubles: unknown[];
  open(): Promise<EventStoreLog>;
}

/** A log of its own on a server; what is opened on it shares the server and the index, as processes do. */
export async function startLog(address: string, log = `test_${randomBytes(6).toString('hex')}`): Promise<EsdbHarness> {
  const { database, url: databaseUrl, drop } = await createTestDatabase();
  await migrate(database, EVENT_LOG_MIGRATIONS);
  const troubles: unknown[] = [];
  const opened: { log: EventStoreLog; database: Database }[] = [];
  const open = async (delayMs: number): Promise<EventStoreLog> => {
    const own = Database.connect(databaseUrl, { max: 4 });
    const gateway = await GrpcGateway.open(address);
    const each = await EventStoreLog.over(own, delayMs > 0 ? dawdling(gateway, delayMs) : gateway, log, {
      onTrouble: (error) => void troubles.push(error),
    });
    opened.push({ log: each, database: own });
    return each;
  };
  return {
    url: `${address}${address.includes('?') ? '&' : '?'}log=${log}`,
    database,
    troubles,
    open: () => open(0),
    openSlow: open,
    stop: async () => {
      for (const each of opened) {
        await each.log.close();
        await each.database.close();
      }
      await drop();
    },
  };
}

/** Takes its time before an append and after it. */
function dawdling(gateway: StoreGateway, delayMs: number): StoreGateway {
  const append = gateway.append.bind(gateway);
  gateway.append = async (stream, events, expected) => {
    await sleep(delayMs);
    const outcome = await append(stream, events, expected);
    await sleep(delayMs);
    return outcome;
  };
  return gateway;
}

/** A server of its own for each test. */
export async function startOnOwnServer(
  faults: Partial<EventStoreServer['faults']> = {},
): Promise<EsdbHarness & { server: EventStoreServer }> {
  const server = await EventStoreServer.start();
  Object.assign(server.faults, faults);
  const harness = await startLog(`esdb://${server.address}?tls=false`);
  return {
    ...harness,
    server,
    stop: async () => {
      await harness.stop();
      await server.stop();
    },
  };
}
