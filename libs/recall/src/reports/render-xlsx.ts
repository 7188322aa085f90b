import writeXlsxFile from 'write-excel-file/node';
import { Cell, Column, Report } from './table';

/** Longest text that a cell of the format holds. */
const TEXT_MAX = 32_767;
/** Characters that XML 1.0 cannot hold: with one of them no program opens the workbook. */
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** A workbook: the facts on its first sheet, one sheet for each table. Text is text: no cell is ever a formula. */
export async function xlsxOf({ facts, sheets, notes = [] }: Report): Promise<Buffer> {
  const about = [...facts, ...notes.map((note): readonly [string, Cell] => ['', note])];
  const workbook = writeXlsxFile([
    {
      sheet: 'Report',
      data: about.map(([name, value]) => [bold(name), cell(value, 'text')]),
      columns: [{ width: 28 }, { width: 80 }],
    },
    ...sheets.map(({ name, columns, rows }) => ({
      sheet: name,
      data: [
        columns.map((column) => bold(column.name)),
        ...rows.map((row) => row.map((value, index) => cell(value, columns[index]?.type ?? 'text'))),
      ],
      columns: columns.map(({ type }) => ({ width: type === 'number' ? 12 : 26 })),
      stickyRowsCount: 1,
    })),
  ]);
  return workbook.toBuffer();
}

const bold = (value: string): object => ({ value, type: String, fontWeight: 'bold' });

function cell(value: Cell, type: Column['type']): object | null {
  if (value === null || value === '') return null;
  if (typeof value === 'number') return { value, type: Number };
  const date = type === 'time' ? new Date(value) : undefined;
  if (date !== undefined && !Number.isNaN(date.getTime())) return { value: date, type: Date, format: 'yyyy-mm-dd hh:mm:ss' };
  return { value: value.replace(UNWRITABLE, '').slice(0, TEXT_MAX), type: String };
}
