import { documentsOf } from '../bench-events';
import { expectEqual, Figure } from '../figures';
import { backgroundEvents, backgroundLot } from '../million-lot';
import { BenchApi } from '../product';

/** Where a product is written to and where it is read from; of the standalone product that is one. */
export interface Ends {
  readonly capturer: BenchApi;
  readonly reader: BenchApi;
}

const ROUNDS = 4;
const EVENTS = 12_000;
const UNITS = (EVENTS / 3) * 10;
/** What later benchmarks on the same store begin at. */
export const UNITS_CAPTURED = UNITS * ROUNDS;

/** Documents of 1,000 events, turn by turn to the one product and to the other; what is captured is asked for in the end. */
export async function captureShares(alone: Ends, split: Ends): Promise<Figure[]> {
  const took = { alone: 0, split: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    // The first round of each pays for compiling.
    const [first, second] = [await captured(alone, round), await captured(split, round)];
    if (round === 0) continue;
    took.alone += first;
    took.split += second;
  }
  for (const [name, { reader }] of Object.entries({ alone, split }))
    expectEqual(`units in ${name}`, await units(reader), UNITS_CAPTURED);
  const perSecond = (seconds: number): number => (EVENTS * (ROUNDS - 1)) / seconds;
  return [
    { name: 'captured by the standalone product', value: perSecond(took.alone), unit: 'events/s' },
    { name: 'captured by the separate services', value: perSecond(took.split), unit: 'events/s' },
    { name: 'the same as a share of the standalone product’s', value: took.alone / took.split, unit: 'ratio', must: '≥ 0.7' },
  ];
}

/** @returns seconds until the last was acknowledged; comes back when all of it is in the graph */
async function captured({ capturer, reader }: Ends, round: number): Promise<number> {
  const documents = [...documentsOf(backgroundEvents(UNITS, round * UNITS), 1_000)];
  const began = performance.now();
  let position = '0';
  for (const { text } of documents) position = await capturer.capture(text);
  const seconds = (performance.now() - began) / 1_000;
  await reader.visible(position);
  return seconds;
}

async function units(reader: BenchApi): Promise<number> {
  let sum = 0;
  for (let lot = 0; lot * 100_000 < UNITS_CAPTURED; lot++) {
    const code = encodeURIComponent(backgroundLot(lot));
    const answer = await reader.ask('GET', `/api/v1/trace/${code}/holders`);
    sum += (JSON.parse(answer.text) as { totals: { held: number } }).totals.held;
  }
  return sum;
}
