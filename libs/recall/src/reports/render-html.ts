import { Cell, Report, Sheet } from './table';

const STYLE = [
  'body{font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1b1f24}',
  'h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}',
  'dt{color:#57606a}dd{margin:0}.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}',
  'td,th{border-bottom:1px solid #d0d7de;padding:.35rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}',
  'th{background:#f6f8fa;overflow-wrap:normal}.number{text-align:right;font-variant-numeric:tabular-nums}.note{color:#57606a}',
  '@media print{body{margin:0;max-width:none}}',
].join('');

/** A page to read and to print: no script, nothing from elsewhere. */
export function htmlOf({ title, facts, sheets, notes = [] }: Report): string {
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${escaped(title)}</title><style>${STYLE}</style><h1>${escaped(title)}</h1>`,
    `<dl>${facts.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('')}</dl>`,
    ...sheets.map(table),
    ...notes.map((note) => `<p class="note">${escaped(note)}</p>`),
    '</html>',
  ].join('\n');
}

function table({ name, columns, rows }: Sheet): string {
  const numeric = (index: number): string => (columns[index]?.type === 'number' ? ' class="number"' : '');
  const head = columns.map(({ name: title }, index) => `<th scope="col"${numeric(index)}>${escaped(title)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((value, index) => `<td${numeric(index)}>${escaped(value)}</td>`).join('')}</tr>`);
  const filled = body.length === 0 ? `<tr><td colspan="${columns.length}">–</td></tr>` : body.join('\n');
  return `<h2>${escaped(name)}</h2><div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${filled}</tbody></table></div>`;
}

const escaped = (value: Cell): string =>
  value === null ? '' : String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
