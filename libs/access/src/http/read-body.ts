import { InputFault, Problem } from '@suyuan/platform';
import { plainToInstance } from 'class-transformer';
import { ValidationError, validateSync } from 'class-validator';

/** One object or an array of them, at least one and at most `atMost`; faults of all rows are named together. */
export function readBodies<T extends object>(shape: new () => T, body: unknown, atMost: number): T[] {
  if (!Array.isArray(body)) return settled([checkBody(shape, body, '')]);
  if (body.length === 0) throw invalidBody([{ pointer: '', rule: 'input/empty', message: 'The array is empty.' }]);
  if (body.length > atMost)
    throw invalidBody([
      { pointer: '', rule: 'input/too-many', message: `At most ${atMost} entries in one request, found ${body.length}.` },
    ]);
  return settled(body.map((entry, index) => checkBody(shape, entry, `/${index}`)));
}

function settled<T>(checked: readonly [T | undefined, InputFault[]][]): T[] {
  const faults = checked.flatMap(([, found]) => found);
  if (faults.length > 0) throw invalidBody(faults);
  return checked.flatMap(([value]) => (value === undefined ? [] : [value]));
}

export function invalidBody(faults: readonly InputFault[]): Problem {
  const first = faults[0];
  const detail =
    first === undefined ? 'The body is not valid.' : `${first.pointer === '' ? 'The body' : first.pointer}: ${first.message}`;
  return Problem.badRequest('invalid-input', detail, faults);
}

function checkBody<T extends object>(shape: new () => T, body: unknown, pointer: string): [T | undefined, InputFault[]] {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return [undefined, [{ pointer, rule: 'input/not-an-object', message: 'A JSON object is expected.' }]];
  const value = plainToInstance(shape, body, { exposeUnsetFields: false });
  const errors = validateSync(value, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  return [value, errors.flatMap((error) => faultsOf(error, pointer))];
}

function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function faultsOf(error: ValidationError, parent: string): InputFault[] {
  const pointer = `${parent}/${escapePointer(error.property)}`;
  const own = Object.entries(error.constraints ?? {}).map(([constraint, message]) => ({
    pointer,
    rule: constraint === 'whitelistValidation' ? 'unknown-field' : kebab(constraint),
    message: constraint === 'whitelistValidation' ? `There is no field "${error.property}" here.` : message,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => faultsOf(child, pointer))];
}

function kebab(word: string): string {
  return word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
