import { Database } from '@suyuan/platform';
import type { SplitProduct } from '../../support/split-product';
import { documentsOf } from '../bench-events';
import { expectEqual, Figure } from '../figures';
import { backgroundEvents } from '../million-lot';
import { Ends, UNITS_CAPTURED } from './capture-shares';

const UNITS = 200_000;
export const UNITS_RELAYED = UNITS_CAPTURED + UNITS;

/** What the relay carries out of a log that filled up while there was no relay, from its first record to the last. */
export async function relayRate(split: SplitProduct, { capturer, reader }: Ends, database: Database): Promise<Figure[]> {
  const [relay] = split.processes.relay;
  if (relay === undefined) throw new Error('there is no relay');
  await relay.stop();
  let head = '0';
  for (const { text } of documentsOf(backgroundEvents(UNITS, UNITS_CAPTURED), 1_000)) head = await capturer.capture(text);
  // Followers read what the broker does not bring out of the log: the relay has the machine to itself.
  await reader.visible(head);
  const from = await relayed(database);
  await relay.boot();
  const [began, first] = await advanced(database, from);
  let last = first;
  while (last < Number(head)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    last = await relayed(database);
  }
  const seconds = (performance.now() - began) / 1_000;
  expectEqual('the relay was behind by', Number(head) - from >= (UNITS / 10) * 3, true);
  return [
    { name: 'relay, out of a log that is full already', value: (last - first) / seconds, unit: 'events/s', must: '≥ 5,000' },
  ];
}

/** When the relay had gone on, and to where. */
async function advanced(database: Database, from: number): Promise<[number, number]> {
  for (;;) {
    const position = await relayed(database);
    if (position > from) return [performance.now(), position];
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function relayed(database: Database): Promise<number> {
  const [row] = await database.query<{ position: number }>('SELECT max(position) AS position FROM messaging_checkpoint');
  return row?.position ?? 0;
}
