/** Columns that a text takes in a terminal: CJK characters and emoji two, combining marks none (Unicode UAX #11). */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** `text` filled up with blanks to `width` columns; numbers read better filled at the start. */
export function padText(text: string, width: number, at: 'start' | 'end' = 'end'): string {
  const blanks = ' '.repeat(Math.max(0, width - textWidth(text)));
  return at === 'end' ? text + blanks : blanks + text;
}

/** At most `width` columns; what is cut is shown as `…`. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width) break;
    kept += character;
  }
  return `${kept}…`;
}

const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]$/u;
const PICTURE = /^\p{Emoji_Presentation}$/u;

/** Ranges of East Asian Width W and F that matter in texts. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
];

function characterWidth(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  if (point >= 0x20 && point < 0x7f) return 1;
  if (NO_WIDTH.test(character)) return 0;
  return PICTURE.test(character) || WIDE.some(([from, to]) => point >= from && point <= to) ? 2 : 1;
}
