import { ProgressBar, bytes } from './progress';
import { columnsOf, show, table } from './table';
import { cutText, padText, textWidth } from './text-width';

describe('text in a terminal', () => {
  it.each([
    ['abc', 3],
    ['溯源', 4],
    ['溯源 v1', 7],
    ['e\u0301', 1],
    ['ｆｕｌｌ', 8],
    ['한국', 4],
    ['📦', 2],
    ['', 0],
  ])('%s takes %i columns', (text, width) => {
    expect(textWidth(text)).toBe(width);
    expect(textWidth(padText(text, 12))).toBe(12);
  });

  it('is cut between characters, never wider than asked', () => {
    expect(cutText('溯源系统', 5)).toBe('溯源…');
    expect(cutText('溯源系统', 8)).toBe('溯源系统');
    expect(textWidth(cutText('溯源系统', 4))).toBeLessThanOrEqual(4);
  });
});

describe('a table', () => {
  const rows = [
    { name: '上海绿源', quantity: 12 },
    { name: 'Retailer', quantity: 1234 },
  ];

  it('aligns wide characters and puts numbers to the right', () => {
    expect(table(columnsOf(rows), rows)).toEqual([
      'name      quantity',
      '────────  ────────',
      '上海绿源        12',
      'Retailer      1234',
    ]);
  });

  it('does not let data move the cursor', () => {
    expect(table([{ heading: 'x', text: () => 'a\u001b[2Jb\nc' }], [{}]).join('|')).toBe(
      'x|────────|a [2Jb c'.replace('────────', '─'.repeat(8)),
    );
  });

  it('shows keys without their domain and absence as a dash', () => {
    expect([show('https://id.gs1.org/417/1'), show(null), show([]), show(['https://id.gs1.org/a', 'b']), show(0)]).toEqual([
      '417/1',
      '–',
      '–',
      'a, b',
      '0',
    ]);
  });
});

describe('progress', () => {
  it('is a bar on a terminal, redrawn in place and taken away at the end', () => {
    let written = '';
    const bar = new ProgressBar({ isTTY: true, columns: 60, write: (text) => (written += text) }, () => 0);
    bar.update('upload', 512, 1024, 'bytes');
    expect(written).toMatch(/^\r\u001b\[2Kupload █+░+ {2}50 % 512 B of 1\.0 KiB$/);
    bar.end();
    expect(written.endsWith('\r\u001b[2K')).toBe(true);
  });

  it('is a plain line now and then elsewhere', () => {
    const lines: string[] = [];
    let nowMs = 0;
    const bar = new ProgressBar({ write: (text) => lines.push(text) }, () => nowMs);
    for (; nowMs < 10_000; nowMs += 100) bar.update('replay', nowMs, 10_000);
    bar.update('replay', 10_000, 10_000);
    expect(lines).toEqual([
      'replay: 0 of 10,000 (0 %)\n',
      'replay: 5,000 of 10,000 (50 %)\n',
      'replay: 10,000 of 10,000 (100 %)\n',
    ]);
  });

  it('counts bytes in powers of 1,024', () => {
    expect([0, 1023, 1024, 1_500_000].map(bytes)).toEqual(['0 B', '1023 B', '1.0 KiB', '1.4 MiB']);
  });
});
