import { Counter, Registry } from 'prom-client';

export type CaptureInterface = 'document' | 'event' | 'rows';

/** What captures of this process came to, for Prometheus. */
export class CaptureCounts {
  private readonly events: Counter<'interface' | 'outcome'>;

  constructor(registry: Registry) {
    this.events = new Counter({
      name: 'suyuan_capture_events_total',
      help: 'Events that were sent to this process: captured, duplicate (there already, with equal content) or refused.',
      labelNames: ['interface', 'outcome'],
      registers: [registry],
    });
    for (const way of ['document', 'event', 'rows'] as const) this.count(way, { captured: 0, duplicate: 0, refused: 0 });
  }

  count(
    way: CaptureInterface,
    outcomes: { readonly captured?: number; readonly duplicate?: number; readonly refused?: number },
  ): void {
    for (const [outcome, count] of Object.entries(outcomes)) this.events.inc({ interface: way, outcome }, count);
  }
}
