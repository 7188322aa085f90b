import { withoutContact, withoutWords } from './erased-copies';
import { mapWords } from '../../domain/word-paths';

const upper = (text: string): string => text.toUpperCase();

describe('Words by their paths', () => {
  it('are found in members, items and members of any name; what is no text, and what is no path, stays', () => {
    const said = {
      reason: 'a',
      kind: 'b',
      lines: [{ note: 'c', n: 1 }, { n: 2 }],
      by: { x: { z: 'd' }, y: { z: 'e' } },
      none: null,
    };
    const paths = ['reason', 'lines.*.note', 'lines.*.n', 'by.*.z', 'none', 'missing.deep'];
    const lines = [{ note: 'C', n: 1 }, { n: 2 }];
    expect(mapWords(said, paths, upper)).toEqual({ ...said, reason: 'A', lines, by: { x: { z: 'D' }, y: { z: 'E' } } });
    expect(mapWords({ reason: '' }, ['reason'], () => 'never')).toEqual({ reason: '' });
  });

  it('are not copied where nothing changes', () => {
    const said = { reason: 'a', lines: [{ note: 'c' }] };
    expect(mapWords(said, ['reason', 'lines.*.note', 'lines.0'], (text) => text)).toBe(said);
  });
});

describe('Copies of what was erased', () => {
  it('lose the words wherever they stand, also on one line, the longer of two first', () => {
    const copy = { title: 'Kettle of Li', n: 1, texts: ['About: Kettle of Li.', 'hot\nand wet', 'It is hot and wet!'] };
    expect(withoutWords(copy, ['Kettle', 'Kettle of Li', 'hot\nand wet'])).toEqual({
      title: 'erased',
      n: 1,
      texts: ['About: erased.', 'erased', 'It is erased!'],
    });
  });

  it('keep what only holds short words as a part', () => {
    expect(withoutWords(['A', 'An A. (A)', '$&'], ['A'])).toEqual(['erased', 'An erased. (erased)', '$&']);
    expect(withoutWords(['x$&x', 'abcd'], ['abcd'])).toEqual(['x$&x', 'erased']);
  });

  it('lose a contact, and keep the others', () => {
    const [one, other] = [{ name: 'Li', phone: '1' }, { name: 'Li' }];
    const languages = { en: { title: 't', text: 'Ask Li 1; Li' } };
    expect(withoutContact({ data: { contacts: [one, other], languages } }, one)).toEqual({
      data: { contacts: [other], languages: { en: { title: 't', text: 'Ask –; Li' } } },
    });
  });
});
