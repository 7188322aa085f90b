import { StartRefusal } from '../settings/start-refusal';
import { NestLogger } from './nest-logger';
import { createLogger } from './pino-logger';

describe('What the framework logs', () => {
  const linesOf = (error: Error): string[] => {
    const lines: string[] = [];
    new NestLogger(createLogger('info', { write: (line) => lines.push(line) })).error(error, 'ExceptionHandler');
    return lines;
  };

  it('is left out where the start is refused, which is printed in one line, and kept for any other error', () => {
    expect(linesOf(new StartRefusal('a setting is wrong', 2))).toEqual([]);
    expect(linesOf(new Error('something broke'))).toEqual([expect.stringContaining('something broke')]);
  });
});
