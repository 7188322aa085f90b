import { readEvent } from '@suyuan/epcis';
import { Fact } from '../../libs/trace/src/domain/facts/fact';
import { replay } from '../../libs/trace/src/domain/world/replay';
import { rowsOf, WorldRows } from '../../libs/trace/src/domain/world/rows';
import { digestOf, mergedRows } from '../../libs/trace/src/projection/partition/merged-rows';
import { ownerOf } from '../../libs/trace/src/projection/partition/owner';
import { FactIndex, partitionRows } from '../../libs/trace/src/projection/partition/partition';
import { backgroundEvents, lotEvents } from './million-lot';

const CONTEXT = 'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld';
const COUNTS = [1, 2, 4, 8];
const NO_PLACES: ReadonlyMap<string, string> = new Map();

/**
 * What splitting the graph costs. Partitions are lived through one after the other in this process, each timed by itself:
 * `slowest` is how long it would take with a processor for each. Fails when a split comes to another digest than the whole.
 * @param units in the store, a fifth of them of one lot
 */
export async function partitionBench(units: number): Promise<void> {
  const facts = factsOf(units);
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const began = performance.now();
  const whole = digestOf(rowsOf(replay(facts, { placeParties: NO_PLACES })));
  print(
    `${facts.length} events of ${units} units, replayed as one in ${seconds(performance.now() - began)}; digest ${whole.slice(0, 16)}`,
  );
  print('partitions  events lived  of the whole  largest  processor time  slowest  sum of rows  digest');
  for (const count of COUNTS) {
    const index = new FactIndex(facts);
    const parts: WorldRows[] = [];
    const lived: number[] = [];
    const times: number[] = [];
    for (let partition = 0; partition < count; partition++) {
      const asked = performance.now();
      const { rows, facts: needed } = await partitionRows(index, (name) => ownerOf(name, count) === partition, NO_PLACES);
      times.push(performance.now() - asked);
      parts.push(rows);
      lived.push(needed);
    }
    const merging = performance.now();
    const merged = mergedRows(parts);
    const sum = performance.now() - merging;
    const same = digestOf(merged) === whole;
    const cells = [
      String(count).padStart(10),
      String(total(lived)).padStart(12),
      (total(lived) / facts.length).toFixed(2).padStart(12),
      (Math.max(...lived) / facts.length).toFixed(2).padStart(7),
      seconds(total(times)).padStart(14),
      seconds(Math.max(...times)).padStart(7),
      seconds(sum).padStart(11),
      same ? 'same' : 'ANOTHER',
    ];
    print(cells.join('  '));
    if (!same) throw new Error(`${count} partitions come to another digest than the whole`);
  }
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

function factsOf(units: number): Fact[] {
  const facts: Fact[] = [];
  for (const events of [lotEvents(units / 5), backgroundEvents(units - units / 5, 0)]) {
    for (const raw of events) {
      const read = readEvent(raw, CONTEXT, '');
      if (!read.ok) throw new Error(`the bench tells a bad event: ${JSON.stringify(read.faults[0])}`);
      const position = facts.length + 1;
      facts.push({
        position,
        recordTimeMicros: position,
        event: read.event,
        declaration: false,
        capturingParty: null,
        byAuthority: true,
      });
    }
  }
  return facts;
}
