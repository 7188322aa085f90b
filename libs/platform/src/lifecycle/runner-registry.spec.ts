import { Logger } from '@nestjs/common';
import { RunnerRegistry } from './runner-registry';

const runner = (name: string, told: string[], fails = false): Parameters<RunnerRegistry['add']>[0] => ({
  name,
  start: async () => void told.push(`start ${name}`),
  stop: async () => {
    told.push(`stop ${name}`);
    if (fails) throw new Error('stuck');
  },
});

describe('RunnerRegistry', () => {
  beforeAll(() => Logger.overrideLogger(false));

  it('starts in order, stops in reverse, once, and past one that fails to stop', async () => {
    const told: string[] = [];
    const registry = new RunnerRegistry();
    registry.add(runner('a', told));
    registry.add(runner('b', told, true));
    await registry.startAll();
    await registry.stopAll();
    await registry.stopAll();
    expect(told).toEqual(['start a', 'start b', 'stop b', 'stop a']);
  });

  it('refuses a runner that would never be started', async () => {
    const registry = new RunnerRegistry();
    await registry.startAll();
    expect(() => registry.add(runner('late', []))).toThrow('after the start');
  });
});
