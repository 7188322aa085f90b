import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { STOP, ThreadMessage, ThreadOrder } from './thread-messages';

const ENTRY = path.join(__dirname, 'graph-thread.entry.js');
/** A thread that hangs is ended: every batch keeps its checkpoint in the transaction of its effects. */
const STOP_PATIENCE_MS = 10_000;

/** One thread that works on the graph, with a heap and connections of its own. */
export class GraphThread {
  /** Resolves when the thread has ended as it should, rejects with what ended it otherwise. */
  readonly ended: Promise<void>;
  private readonly worker: Worker;

  constructor(order: ThreadOrder, onMessage: (message: ThreadMessage) => void) {
    this.worker = new Worker(ENTRY, { workerData: order, name: `graph ${order.task}` });
    this.worker.on('message', onMessage);
    this.ended = new Promise((resolve, reject) => {
      this.worker.on('error', reject);
      this.worker.on('exit', (code) => {
        if (code === 0) resolve();
        else reject(new Error(`the thread "graph ${order.task}" ended with ${code}`));
      });
    });
    this.ended.catch(() => undefined);
  }

  /** Lets a batch under way end. */
  async stop(): Promise<void> {
    this.worker.postMessage(STOP);
    const patience = setTimeout(() => void this.worker.terminate(), STOP_PATIENCE_MS);
    await this.ended.catch(() => undefined);
    clearTimeout(patience);
  }
}
