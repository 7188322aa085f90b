/** Where a text stops being JSON. */
export interface JsonFault {
  /** Characters before the fault. */
  readonly offset: number;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  /** JSON pointer of the value that was being read. */
  readonly pointer: string;
  readonly message: string;
}

interface Frame {
  readonly closes: '}' | ']';
  key: string;
  index: number;
  expects: 'key' | 'colon' | 'value' | 'comma';
  empty: boolean;
}

const TOKEN =
  /[ \t\n\r]*(?:("[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|true(?!\w)|false(?!\w)|null(?!\w))|([[\]{},:]))/y;

/** The first fault of `text`, for the message to the client; undefined when it is JSON. Only run after JSON.parse failed. */
export function locateJsonFault(text: string): JsonFault | undefined {
  const frames: Frame[] = [];
  let done = false;
  let at = 0;
  const fault = (message: string): JsonFault => {
    const blanks = /[ \t\n\r]*/y;
    blanks.lastIndex = at;
    const offset = at + (blanks.exec(text)?.[0].length ?? 0);
    const before = text.slice(0, offset).split('\n');
    const pointer = frames.map(stepOf).join('');
    const rest = offset >= text.length ? 'the text ends here' : `found ${JSON.stringify(text.slice(offset, offset + 10))}`;
    return { offset, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, pointer, message: `${message}, ${rest}` };
  };
  for (;;) {
    const frame = frames.at(-1);
    if (frame === undefined && done) return /^\s*$/.test(text.slice(at)) ? undefined : fault('expected the end of the text');
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    const [, string, scalar, mark] = match ?? [];
    const closing = frame !== undefined && mark === frame.closes && (frame.expects === 'comma' || frame.empty);
    if (frame?.expects === 'key' && string === undefined && !closing) return fault('expected a member name in double quotes');
    if (frame?.expects === 'colon' && mark !== ':') return fault('expected a colon');
    if (frame?.expects === 'comma' && mark !== ',' && !closing) return fault(`expected a comma or ${frame.closes}`);
    if (
      (frame === undefined || frame.expects === 'value') &&
      string === undefined &&
      scalar === undefined &&
      mark !== '{' &&
      mark !== '[' &&
      !closing
    )
      return fault('expected a value');
    at = TOKEN.lastIndex;
    if (closing) {
      frames.pop();
      done = afterValue(frames);
    } else if (frame !== undefined && frame.expects === 'key') {
      Object.assign(frame, { key: JSON.parse(string ?? '""') as string, expects: 'colon', empty: false });
    } else if (frame !== undefined && frame.expects === 'colon') {
      frame.expects = 'value';
    } else if (frame !== undefined && frame.expects === 'comma') {
      frame.index += 1;
      frame.expects = frame.closes === '}' ? 'key' : 'value';
    } else {
      if (frame !== undefined) frame.empty = false;
      if (mark === '{') frames.push({ closes: '}', key: '', index: 0, expects: 'key', empty: true });
      else if (mark === '[') frames.push({ closes: ']', key: '', index: 0, expects: 'value', empty: true });
      else done = afterValue(frames);
    }
  }
}

/** Between two members no member is being read. */
function stepOf(frame: Frame): string {
  if (frame.closes === ']') return `/${frame.index}`;
  return frame.expects === 'key' ? '' : `/${escape(frame.key)}`;
}

/** True when that was the whole text. */
function afterValue(frames: readonly Frame[]): boolean {
  const frame = frames.at(-1);
  if (frame === undefined) return true;
  frame.expects = 'comma';
  return false;
}

function escape(key: string): string {
  return key.replace(/~/g, '~0').replace(/\//g, '~1');
}
