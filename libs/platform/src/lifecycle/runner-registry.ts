import { Injectable, Logger } from '@nestjs/common';
import { Runner } from './runner';

/** Modules add their runners in `onModuleInit`; the app starts them all and stops them in reverse order. */
@Injectable()
export class RunnerRegistry {
  private readonly logger = new Logger(RunnerRegistry.name);
  private readonly runners: Runner[] = [];
  private started = false;

  /** Throws when the process has started already: such a runner would never run. */
  add(runner: Runner): void {
    if (this.started) throw new Error(`runner ${runner.name} was added after the start`);
    this.runners.push(runner);
  }

  async startAll(): Promise<void> {
    this.started = true;
    for (const runner of this.runners) {
      await runner.start();
      this.logger.debug(`${runner.name} started`);
    }
  }

  /** One that fails to stop must not keep the others running. */
  async stopAll(): Promise<void> {
    for (const runner of this.runners.splice(0).reverse()) {
      await runner.stop().catch((error: unknown) => {
        this.logger.error(`${runner.name} did not stop cleanly`, error);
      });
    }
  }
}
