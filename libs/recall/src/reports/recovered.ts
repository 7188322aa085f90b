import { HolderTaskState } from '../domain/holder-task.state';
import { sum } from '../domain/sums';

type Method = 'returned' | 'destroyed' | 'reworked';

/** Units of a recall by how far the recall has them, at one moment and in one unit of measure. */
export interface Recovered {
  /** Set apart or disposed of by operators other than the producer. */
  readonly byOperators: number;
  /** The producer's own stock, disposed of beyond what came back to it. */
  readonly byProducer: number;
  /** Made good where they were, by whoever had them. */
  readonly reworked: number;
}

/**
 * What the recall has in hand at a moment. A unit counts once: goods that an operator contained and then disposed of are the
 * same goods, and what operators returned is what the producer then destroys.
 *
 * @param at RFC 3339, inclusive
 */
export function recoveredAt(
  tasks: readonly HolderTaskState[],
  producers: ReadonlySet<string>,
  uom: string,
  at: string,
): Recovered {
  const operators = tasks.filter(({ party }) => !producers.has(party));
  const own = tasks.filter(({ party }) => producers.has(party));
  const all = (some: readonly HolderTaskState[], ...methods: Method[]): number =>
    sum(some.map((task) => disposed(task, uom, at, methods)));
  const byOperators = sum(
    operators.map((task) => Math.max(contained(task, uom, at), disposed(task, uom, at, ['returned', 'destroyed', 'reworked']))),
  );
  const returned = all(operators, 'returned');
  const byProducer = Math.max(0, sum([all(own, 'destroyed', 'reworked'), -returned]));
  return { byOperators, byProducer, reworked: all(tasks, 'reworked') };
}

function contained(task: HolderTaskState, uom: string, at: string): number {
  if (task.containedAt === undefined || later(task.containedAt, at)) return 0;
  return sum((task.contained ?? []).filter((line) => line.uom === uom).map(({ quantity }) => quantity));
}

/** What a holder disposed of up to a moment. Lines folded before they had times count from its first disposal. */
export function disposed(task: HolderTaskState, uom: string, at: string, methods: readonly Method[]): number {
  const lines = task.disposed.filter(
    (line) => line.uom === uom && methods.includes(line.method) && !later(line.at ?? task.disposedAt ?? at, at),
  );
  return sum(lines.map(({ quantity }) => quantity));
}

const later = (one: string, other: string): boolean => Date.parse(one) > Date.parse(other);
