import { InputFault, Problem } from '@suyuan/platform';
import { plainToInstance } from 'class-transformer';
import { ValidationError, validateSync } from 'class-validator';

/** The body as `shape`, or a 400 that names every fault by JSON pointer. Members the shape does not know are refused. */
export function readBody<T extends object>(shape: new () => T, body: unknown, pointer = ''): T {
  const [value, faults] = checkBody(shape, body, pointer);
  if (faults.length > 0 || value === undefined) throw invalidBody(faults);
  return value;
}

/** One object or an array of them, at least one and at most `atMost`; faults of all rows are named together. */
export function readBodies<T extends object>(shape: new () => T, body: unknown, atMost: number): T[] {
  if (!Array.isArray(body)) return [readBody(shape, body)];
  if (body.length === 0) throw invalidBody([{ pointer: '', rule: 'input/empty', message: 'The array is empty.' }]);
  if (body.length > atMost)
    throw invalidBody([
      { pointer: '', rule: 'input/too-many', message: `At most ${atMost} entries in one request, found ${body.length}.` },
    ]);
  const checked = body.map((entry, index) => checkBody(shape, entry, `/${index}`));
  const faults = checked.flatMap(([, found]) => found);
  if (faults.length > 0) throw invalidBody(faults);
  return checked.flatMap(([value]) => (value === undefined ? [] : [value]));
}

export function invalidBody(faults: readonly InputFault[]): Problem {
  const first = faults[0];
  const detail =
    first === undefined ? 'The body is not valid.' : `${first.pointer === '' ? 'The body' : first.pointer}: ${first.message}`;
  return Problem.badRequest('access/invalid-input', detail, faults);
}

function checkBody<T extends object>(shape: new () => T, body: unknown, pointer: string): [T | undefined, InputFault[]] {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return [undefined, [{ pointer, rule: 'input/not-an-object', message: 'A JSON object is expected.' }]];
  const unstorable = unstorableText(body, pointer);
  if (unstorable !== undefined) return [undefined, [unstorable]];
  const value = plainToInstance(shape, body, { exposeUnsetFields: false });
  const errors = validateSync(value, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  return [value, errors.flatMap((error) => faultsOf(error, pointer))];
}

/** NUL and half a surrogate pair are no text to the database. Depth is bounded, or nesting would end the stack. */
function unstorableText(value: unknown, pointer: string, depth = 0): InputFault | undefined {
  if (typeof value === 'string')
    return value.includes('\0') || !isWellFormed(value)
      ? { pointer, rule: 'input/character', message: 'The text holds a NUL or half a surrogate pair.' }
      : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > 16) return { pointer, rule: 'input/too-deep', message: 'Nested too deeply.' };
  for (const [name, member] of Object.entries(value)) {
    const found =
      unstorableText(name, `${pointer}/?`, depth) ?? unstorableText(member, `${pointer}/${escapePointer(name)}`, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isWellFormed(text: string): boolean {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
}

function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function faultsOf(error: ValidationError, parent: string): InputFault[] {
  const pointer = `${parent}/${escapePointer(error.property)}`;
  const own = Object.entries(error.constraints ?? {}).map(([constraint, message]) => ({
    pointer,
    rule: constraint === 'whitelistValidation' ? 'input/unknown-field' : `input/${kebab(constraint)}`,
    message: constraint === 'whitelistValidation' ? `There is no field "${error.property}" here.` : message,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => faultsOf(child, pointer))];
}

function kebab(word: string): string {
  return word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
