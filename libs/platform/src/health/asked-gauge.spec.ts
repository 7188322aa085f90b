import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Registry } from 'prom-client';
import { VERSION } from '../version';
import { askedGauge, Sample } from './asked-gauge';

/** Lines of the scrape that are no comments. */
const shown = async (registry: Registry): Promise<string[]> =>
  (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));

const about = (ask: () => Promise<readonly Sample[]>, keptMs = 0): Parameters<typeof askedGauge>[1] => ({
  name: 'things',
  help: 'Things that are there.',
  keptMs,
  ask,
});

describe('a gauge that asks', () => {
  it('shows what it is told, and no more of what is gone', async () => {
    const registry = new Registry();
    let kinds = ['a', 'b'];
    const ask = (): Promise<Sample[]> => Promise.resolve(kinds.map((kind) => ({ labels: { kind }, value: 2 })));
    askedGauge(registry, { ...about(ask), labelNames: ['kind'] });
    expect(await shown(registry)).toEqual(['things{kind="a"} 2', 'things{kind="b"} 2']);
    kinds = ['b'];
    expect(await shown(registry)).toEqual(['things{kind="b"} 2']);
    kinds = [];
    expect(await shown(registry)).toEqual([]);
  });

  it('shows nothing, not 0, when the answer fails, and the others go on', async () => {
    const registry = new Registry();
    let fails = false;
    askedGauge(
      registry,
      about(() => (fails ? Promise.reject(new Error('away')) : Promise.resolve([{ value: 3 }]))),
    );
    askedGauge(registry, { ...about(() => Promise.resolve([{ value: 1 }])), name: 'others' });
    expect(await shown(registry)).toEqual(['things 3', 'others 1']);
    fails = true;
    expect(await shown(registry)).toEqual(['others 1']);
    fails = false;
    expect(await shown(registry)).toEqual(['things 3', 'others 1']);
  });

  it('does not keep a scrape waiting, nor ask twice at a time', async () => {
    const registry = new Registry();
    let asked = 0;
    let answer: (samples: Sample[]) => void = () => undefined;
    askedGauge(
      registry,
      about(() => ((asked += 1), new Promise((resolve) => (answer = resolve))), 60_000),
    );
    expect(await Promise.all([shown(registry), shown(registry)])).toEqual([[], []]);
    expect(asked).toBe(1);
    answer([{ value: 4 }]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await shown(registry)).toEqual(['things 4']);
    expect(await shown(registry)).toEqual(['things 4']);
    expect(asked).toBe(1);
  });
});

it('the version is that of package.json', () => {
  const { version } = JSON.parse(readFileSync(path.resolve(__dirname, '../../../../package.json'), 'utf8')) as {
    version: string;
  };
  expect(VERSION).toBe(version);
});
