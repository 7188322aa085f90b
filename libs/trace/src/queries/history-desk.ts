import { HistoryPage, historyPage } from '../domain/lineage/history';
import { GraphReader } from './graph-reader';

/** Some of a history as it is now, with what it rests on. */
export interface HistoryNow extends HistoryPage {
  readonly position: number;
  readonly asOfMicros: number;
}

/** Which part of which history: as `historyPage` takes it. */
export interface HistoryQuestion {
  readonly key: string;
  readonly after: string;
  readonly limit: number;
}

interface Waiting {
  readonly question: HistoryQuestion;
  readonly resolve: (history: HistoryNow) => void;
  readonly reject: (error: unknown) => void;
}

/** Two, so that one long life does not keep everybody waiting, and one reads while the other is lived through. */
const TOGETHER = 2;
const BATCH_MAX = 25;

/**
 * Histories as of now. Whoever asks while others are being answered shares the next snapshot with all who wait, and its
 * statements: fifty shoppers at a time cost few statements more than one. A snapshot is never older than its question.
 */
export class HistoryDesk {
  private waiting: Waiting[] = [];
  private running = 0;

  constructor(private readonly graph: GraphReader) {}

  of(question: HistoryQuestion): Promise<HistoryNow> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ question, resolve, reject });
      if (this.waiting.length === 1) setImmediate(() => this.serve());
    });
  }

  private serve(): void {
    while (this.running < TOGETHER && this.waiting.length > 0) {
      this.running += 1;
      void this.answer(this.waiting.splice(0, BATCH_MAX)).finally(() => {
        this.running -= 1;
        this.serve();
      });
    }
  }

  private async answer(asked: readonly Waiting[]): Promise<void> {
    try {
      const found = await this.read(new Map(asked.map(({ question }) => [nameOf(question), question])));
      for (const { question, resolve, reject } of asked) {
        const history = found.get(nameOf(question));
        if (history === undefined) reject(new Error(`the history of ${question.key} was not read`));
        else resolve(history);
      }
    } catch (error) {
      const [only, ...others] = asked;
      // What one question breaks on must not be the others' answer.
      if (others.length > 0) for (const one of asked) await this.answer([one]);
      else only?.reject(error);
    }
  }

  private async read(questions: ReadonlyMap<string, HistoryQuestion>): Promise<Map<string, HistoryNow>> {
    return this.graph.readTogether(async ({ source, position, moment: { asOfMicros } }) => {
      const histories = await Promise.allSettled(
        [...questions].map(async ([name, { key, after, limit }]) => {
          const page = await historyPage(source, key, after, limit);
          return [name, { position, asOfMicros, ...page }] as const;
        }),
      );
      // All have ended before the first failure is told: none may read on after the snapshot is gone.
      return new Map(
        histories.map((history) => {
          if (history.status === 'rejected') throw history.reason;
          return history.value;
        }),
      );
    });
  }
}

const nameOf = ({ key, after, limit }: HistoryQuestion): string => JSON.stringify([key, after, limit]);
