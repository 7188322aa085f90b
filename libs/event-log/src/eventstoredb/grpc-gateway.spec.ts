import { EventStoreServer } from '@suyuan/testkit/event-store-server';
import { randomUUID } from 'node:crypto';
import { GrpcGateway } from './grpc-gateway';
import { isAfter, type StorePosition, type StoreSubscription } from './store-gateway';

const EVENTS = 3000;

describe('A subscription', () => {
  it('never reports a checkpoint before the events that lie before it, however often it is held back', async () => {
    const server = await EventStoreServer.start();
    const gateway = await GrpcGateway.open(`esdb://${server.address}?tls=false`);
    for (let n = 0; n < EVENTS; n += 1)
      server.store.append(n % 3 === 0 ? 'other' : `mine-${n % 7}`, 'any', [
        { id: randomUUID(), type: 't', contentType: 'application/json', data: Buffer.from('{}'), metadata: Buffer.from('{}') },
      ]);
    let reported: StorePosition = { commit: -1, prepare: -1 };
    let late = 0;
    let checkpoints = 0;
    let seen = 0;
    let subscription: StoreSubscription | undefined;
    await new Promise<void>((resolve, reject) => {
      subscription = gateway.subscribe(undefined, 'mine-', {
        event: ({ position }) => {
          if (!isAfter(position, reported)) late += 1;
          seen += 1;
          if (seen % 10 === 0) {
            subscription?.pause();
            setTimeout(() => subscription?.resume(), 1);
          }
          if (seen === (EVENTS / 3) * 2) resolve();
        },
        checkpoint: (position) => {
          checkpoints += 1;
          reported = position;
        },
        ended: (error) => reject(error as Error),
      });
    });
    subscription?.close();
    await gateway.close();
    await server.stop();
    expect({ late, hasCheckpoints: checkpoints > 0 }).toEqual({ late: 0, hasCheckpoints: true });
  });
});
