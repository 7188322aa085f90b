import { Database } from '@suyuan/platform';
import { EventStoreLog } from './eventstoredb-event-log.adapter';
import { readStoreAddress } from './store-address';

describe('The address of an event store', () => {
  it.each([
    ['esdb://h:2113', 'esdb://h:2113', 'suyuan'],
    ['esdb://u:p@h:2113?log=trade_1', 'esdb://u:p@h:2113', 'trade_1'],
    ['esdb://h?tls=false&log=a&keepAliveTimeout=10000', 'esdb://h?tls=false&keepAliveTimeout=10000', 'a'],
    ['kurrentdb+discover://a,b?tls=true', 'esdb+discover://a,b?tls=true', 'suyuan'],
    ['kurrentdb://a', 'esdb://a', 'suyuan'],
  ])('%s is for the client %s, with the log %s', (url, connectionString, log) => {
    expect(readStoreAddress(url)).toEqual({ connectionString, log });
  });

  it('has no log whose streams could be taken for those of another', () => {
    for (const log of ['', 'a-b', 'A', 'a b']) expect(() => readStoreAddress(`esdb://h?log=${log}`)).toThrow(RangeError);
  });

  it('is not told when it can not be read', async () => {
    const database = Database.connect('postgres://nowhere');
    const opening = EventStoreLog.open(database, 'esdb://admin:hunter2@h:2113?tls=perhaps');
    await expect(opening).rejects.toThrow(/SUYUAN_EVENT_STORE/);
    await expect(opening).rejects.not.toThrow(/hunter2/);
    await database.close();
  });
});
