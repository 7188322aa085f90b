import { GraphWork, PastOrder, WorkProgress } from '../projection/graph-work';
import { Difference } from '../projection/table-comparison';
import { GraphThread } from './graph-thread';
import { ThreadOrder } from './thread-messages';

/** Long works on the graph, each in a thread of its own: the process goes on answering meanwhile. */
export class GraphWorkThread extends GraphWork {
  constructor(private readonly order: Omit<ThreadOrder, 'task' | 'past'>) {
    super();
  }

  override rebuild(report: (progress: WorkProgress) => void): Promise<{ position: number }> {
    return this.run('rebuild', report);
  }

  override verify(report: (progress: WorkProgress) => void): Promise<{ position: number; differences: Difference[] }> {
    return this.run('verify', report);
  }

  override past(past: PastOrder, report: (progress: WorkProgress) => void): Promise<{ position: number }> {
    return this.run('past', report, { past });
  }

  private async run<Result>(
    task: 'rebuild' | 'verify' | 'past',
    report: (progress: WorkProgress) => void,
    more: Pick<ThreadOrder, 'past'> = {},
  ): Promise<Result> {
    let result: { readonly of: Result } | undefined;
    const thread = new GraphThread({ ...this.order, ...more, task }, (message) => {
      if (message.kind === 'progress') report(message.progress);
      if (message.kind === 'result') result = { of: message.result as Result };
    });
    await thread.ended;
    if (result === undefined) throw new Error(`the thread "graph ${task}" ended without a result`);
    return result.of;
  }
}
