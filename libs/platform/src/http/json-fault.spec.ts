import fc from 'fast-check';
import { locateJsonFault } from './json-fault';

describe('locateJsonFault', () => {
  it.each([
    ['{"a": 1, "b": [1, 2', '/b/1', 'expected a comma or ]', 20],
    ['{"a": }', '/a', 'expected a value', 7],
    ['{"a" 1}', '/a', 'expected a colon', 6],
    ['{"a": 1, }', '', 'expected a member name', 10],
    ['{"x": {"a/b": [{"c": tru}]}}', '/x/a~1b/0/c', 'expected a value', 22],
    ['[1] x', '', 'expected the end', 5],
    ['[1,]', '/1', 'expected a value', 4],
    ["{'a': 1}", '', 'expected a member name', 2],
    ['"a\nb"', '', 'expected a value', 1],
    ['', '', 'expected a value', 1],
    ['{"a": 01}', '/a', 'expected a value', 7],
  ])('names the place and the rule in %j', (text, pointer, message, column) => {
    expect(locateJsonFault(text)).toMatchObject({ pointer, column, message: expect.stringContaining(message) });
  });

  it('counts lines', () => {
    expect(locateJsonFault('{\n  "a": 1\n  "b": 2\n}')).toMatchObject({ line: 3, column: 3, pointer: '/a' });
  });

  it('finds nothing in any JSON text, and something in any text that JSON.parse refuses', () => {
    const isJson = (text: string): boolean => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    const damaged = fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', ']', '"', ':', '\\', 'x', '-', '.', '\u0001'));
    fc.assert(
      fc.property(damaged, ([json, at, put]) => {
        const cut = at % (json.length + 1);
        const text = json.slice(0, cut) + put + json.slice(cut + 1);
        expect(locateJsonFault(text) === undefined).toBe(isJson(text));
        expect(locateJsonFault(json)).toBeUndefined();
      }),
      { numRuns: 3000 },
    );
  });

  it('reads a text of ten million characters', () => {
    expect(locateJsonFault(`["${'a'.repeat(10_000_000)}"`)?.pointer).toBe('/0');
  });
});
