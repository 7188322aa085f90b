import { Injectable } from '@nestjs/common';
import { inSpan, Metrics, Problem } from '@suyuan/platform';
import { Counter } from 'prom-client';

/** Counts commands by what came of them, each in a span of its own. */
@Injectable()
export class CommandCounts {
  private readonly counter: Counter<'command' | 'outcome'>;

  constructor(metrics: Metrics) {
    this.counter = new Counter({
      name: 'suyuan_recall_commands_total',
      help: 'Commands to recalls and their holders’ tasks. Outcome: changed, unchanged (said before), refused, failed.',
      labelNames: ['command', 'outcome'],
      registers: [metrics.registry],
    });
  }

  /** @param command the kind of command, never what it says */
  async of<Outcome extends { readonly changed: boolean }>(command: string, decide: () => Promise<Outcome>): Promise<Outcome> {
    try {
      const outcome = await inSpan(`command ${command}`, { attributes: { 'suyuan.command': command } }, decide);
      this.counter.inc({ command, outcome: outcome.changed ? 'changed' : 'unchanged' });
      return outcome;
    } catch (error) {
      this.counter.inc({ command, outcome: error instanceof Problem && error.status < 500 ? 'refused' : 'failed' });
      throw error;
    }
  }
}
