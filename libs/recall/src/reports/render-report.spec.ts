import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readZip } from '../archive/verify/read-zip';
import { renderReport } from './render-report';
import { number, Report, text, time } from './table';

const EVIL = [
  '=cmd|"/c calc"!A1',
  '+1+1',
  '-2+3',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '<script>alert(1)</script>',
  'a"b,c\nd',
  '=HYPERLINK("x")',
  'bell\u0007',
];
const REPORT: Report = {
  kind: 'test',
  title: 'T <b>',
  facts: [['said', '=1+1']],
  sheets: [
    {
      name: 'Rows',
      columns: [text('text'), number('figure'), time('at')],
      rows: EVIL.map((said, index) => [said, -index, '2026-05-01T08:00:00.000Z']),
    },
  ],
  notes: ['=2+2'],
};

let folder: string;
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'suyuan-report-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function sheetsOf(body: unknown): Promise<Map<string, string>> {
  const file = path.join(folder, 'report.xlsx');
  writeFileSync(file, body as Buffer);
  return new Map([...(await readZip(file))].map(([name, content]) => [name, content.toString('utf8')]));
}

describe('A report', () => {
  it('as a workbook holds text as text, figures as figures, times as times, and never a formula', async () => {
    const { body, type, file } = await renderReport('xlsx', REPORT, 'rc-1');
    expect([type, file]).toEqual(['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'rc-1-test.xlsx']);
    const parts = await sheetsOf(body);
    const sheets = [...parts].filter(([name]) => /^xl\/worksheets\/[^/]+\.xml$/.test(name)).map(([, xml]) => xml);
    expect(sheets).toHaveLength(2);
    for (const xml of sheets) expect(xml).not.toMatch(/<f[\s>]/);
    const strings = [...parts].map(([, xml]) => xml).join('');
    expect(strings).toContain('<t>=HYPERLINK("x")</t>');
    expect(strings).toContain('<t>bell</t>');
    const rows = sheets[1] ?? '';
    expect(rows).toMatch(/<v>-8<\/v>/);
    // 2026-05-01 08:00 as days since 1899-12-30.
    expect(rows).toMatch(/<v>46143\.3333/);
  });

  it('as CSV quotes what it must and lets no spreadsheet run it; numbers below zero stay numbers', async () => {
    const { body } = await renderReport('csv', REPORT, 'rc-1');
    const said = body as string;
    for (const start of ['=', '+', '@', '\t']) expect(said.split('\r\n').some((row) => row.startsWith(start))).toBe(false);
    expect(said).toContain(`"'=cmd|""/c calc""!A1",0,`);
    expect(said).toContain(`'-2+3,-2,2026-05-01T08:00:00.000Z`);
    expect(said).toContain('"a""b,c\nd"');
  });

  it('as a page escapes everything, as JSON keeps everything', async () => {
    const page = (await renderReport('html', REPORT, 'rc-1')).body as string;
    expect(page).not.toContain('<script>');
    expect(page).not.toContain('<b>');
    expect((await renderReport('json', REPORT, 'rc-1')).body).toMatchObject({
      facts: { said: '=1+1' },
      Rows: { length: EVIL.length },
    });
  });

  it('in an unknown format is refused', async () => {
    await expect(renderReport('pdf', REPORT, 'rc-1')).rejects.toThrow('format must be one of json, csv, xlsx, html');
  });
});
