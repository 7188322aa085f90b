import { Logger } from '@nestjs/common';
import { placeClaimsAt } from '@suyuan/access';
import { EPCIS_DECLARATION, EPCIS_EVENT } from '@suyuan/capture';
import { openEventLog } from '@suyuan/event-log';
import { createLogger, Database, NestLogger, Progress, startTracing, SystemClock } from '@suyuan/platform';
import { MessagePort, parentPort, workerData } from 'node:worker_threads';
import { GraphProjection } from '../projection/graph-projection';
import { PlaceFoldAt } from '../projection/batch-reader';
import { WorkProgress } from '../projection/graph-work';
import { GraphRebuild } from '../projection/rebuild';
import { TRACE_FOLLOWER, TraceFollower } from '../projection/trace-follower';
import { LIVE_SCHEMA } from '../projection/trace.migrations';
import { ThreadMessage, ThreadOrder } from './thread-messages';

/** The follower works on one batch at a time; the others look at the clock and read ahead. */
const CONNECTIONS_MAX = 3;

/** What runs in a graph thread. Ends with the work done, or by an error that its owner hears. */
async function work(port: MessagePort, order: ThreadOrder): Promise<void> {
  const logger = createLogger(order.logLevel);
  Logger.overrideLogger(new NestLogger(logger));
  const tracing = await startTracing({
    service: 'suyuan-standalone',
    env: process.env,
    onTrouble: (message) => logger.warn({ context: 'Tracing' }, message),
  });
  const database = Database.connect(order.databaseUrl, { max: CONNECTIONS_MAX, directUrl: order.directUrl });
  // The graph is made from the canonical form of events, which is in `meta`.
  const log = await openEventLog(database, order.eventStoreUrl, { withoutDataOf: [EPCIS_EVENT, EPCIS_DECLARATION] });
  const placesAt: PlaceFoldAt = (position) => placeClaimsAt(database, log, position);
  const tell = (message: ThreadMessage): void => port.postMessage(message);
  try {
    if (order.task === 'follow') {
      const progress = new Progress();
      progress.listen((name) => tell({ kind: 'position', position: progress.positionOf(name) ?? 0 }));
      const trouble = new Logger('TraceFollower');
      const live = new GraphProjection(database, LIVE_SCHEMA);
      const follower = new TraceFollower(log, live, progress, new SystemClock(), placesAt, (error) => trouble.error(error));
      const told = new Promise((resolve) => port.once('message', resolve));
      await follower.start();
      tell({ kind: 'position', position: progress.positionOf(TRACE_FOLLOWER) ?? 0 });
      await told;
      await follower.stop();
    } else {
      const rebuild = new GraphRebuild(database, log, placesAt);
      const report = (progress: WorkProgress): void => tell({ kind: 'progress', progress });
      const { past } = order;
      const result = order.task === 'past' ? past && (await rebuild.past(past, report)) : await rebuild[order.task](report);
      tell({ kind: 'result', result });
    }
  } finally {
    await log.close();
    await database.close();
    await tracing?.stop();
    // Nobody is waited for any more: the thread may end.
    port.close();
  }
}

if (parentPort !== null) {
  work(parentPort, workerData as ThreadOrder).catch((error: unknown) => {
    // Thrown outside of any promise, so that it ends the thread and its owner is told.
    setImmediate(() => {
      throw error;
    });
  });
}
