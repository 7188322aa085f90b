import { Injectable } from '@nestjs/common';

/** Tells caches of this process which subjects (`party:417/…`, `place:414/…`) have just been projected anew. */
@Injectable()
export class AccessChanges {
  private readonly listeners = new Set<(subjects: readonly string[]) => void>();

  /** Returns the way to stop listening. Listeners must not throw. */
  listen(listener: (subjects: readonly string[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(subjects: readonly string[]): void {
    if (subjects.length > 0) for (const listener of this.listeners) listener(subjects);
  }
}
