import { createReadStream, type WriteStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';

const MEMORY_CHARS = 4 * 1024 * 1024;

/** An event that can't be read yet. */
export interface DeferredEvent {
  readonly pointer: string;
  readonly value: unknown;
}

/**
 * Keeps the events of a document whose `@context` stands behind them until it is known: the first few in memory, more
 * in a file. Order is kept.
 */
export class DeferredEvents {
  private inMemory: string[] = [];
  private chars = 0;
  private folder: string | undefined;
  private file: WriteStream | undefined;

  get isEmpty(): boolean {
    return this.inMemory.length === 0 && this.file === undefined;
  }

  async add(event: DeferredEvent): Promise<void> {
    const line = JSON.stringify([event.pointer, event.value]);
    this.inMemory.push(line);
    this.chars += line.length;
    if (this.chars < MEMORY_CHARS) return;
    this.folder ??= await mkdtemp(path.join(tmpdir(), 'suyuan-capture-'));
    this.file ??= createWriteStream(path.join(this.folder, 'events.ndjson'), { mode: 0o600 });
    if (!this.file.write(`${this.inMemory.join('\n')}\n`)) await once(this.file, 'drain');
    this.inMemory = [];
    this.chars = 0;
  }

  /** All of them, once. */
  async *take(): AsyncGenerator<DeferredEvent> {
    const [file, rest] = [this.file, this.inMemory];
    this.file = undefined;
    this.inMemory = [];
    if (file !== undefined) {
      file.end();
      await finished(file);
      const lines = createInterface({ input: createReadStream(file.path), crlfDelay: Infinity });
      for await (const line of lines) yield parse(line);
    }
    for (const line of rest) yield parse(line);
  }

  async discard(): Promise<void> {
    this.file?.destroy();
    this.inMemory = [];
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
  }
}

function parse(line: string): DeferredEvent {
  const [pointer, value] = JSON.parse(line) as [string, unknown];
  return { pointer, value };
}
