import { describeEventLogContract } from '../event-log.contract';
import { startLog, startOnOwnServer } from './testing/esdb-harness';

const real = process.env['SUYUAN_TEST_ESDB'];

describeEventLogContract('the event store protocol', () => startOnOwnServer());

describeEventLogContract('the event store protocol, connections cut in the middle', () =>
  startOnOwnServer({ unheardEvery: 13, unansweredEvery: 9, cutEveryEvents: 397 }),
);

if (real !== undefined) describeEventLogContract('a real event store', () => startLog(real));
