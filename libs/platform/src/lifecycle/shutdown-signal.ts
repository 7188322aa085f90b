import { Injectable } from '@nestjs/common';

/** Aborted when the process begins to stop. Whoever holds a response open (server-sent events) ends it then. */
@Injectable()
export class ShutdownSignal {
  private readonly controller = new AbortController();

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  begin(): void {
    this.controller.abort();
  }
}
