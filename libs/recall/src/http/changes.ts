import { EventEmitter } from 'node:events';

/** Wakes the event streams of this process when the read models moved. A missed wake costs one heartbeat, never an event. */
export class RecallChanges {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  tell(): void {
    this.emitter.emit('change');
  }

  /** Resolves at the next change, after `timeoutMs`, or when `signal` aborts. */
  async next(timeoutMs: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.emitter.off('change', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.emitter.on('change', done);
      signal.addEventListener('abort', done);
    });
  }
}
