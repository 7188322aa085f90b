import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { type EventType } from './canonical-event';
import { eventSchemas } from './event-schema';
import { type Fault, faultCountMax, pointerSegment } from './fault';
import { isKnownName, type Namespaces } from './json-ld-context';
import { isObject, type RawEvent, type RawObject } from './raw-event';

/** Extensions nested deeper than this are refused: every later reader recurses. */
const depthMax = 64;

const compiled = new Map<string, ValidateFunction>();

function validatorOf(type: EventType): ValidateFunction {
  let validate = compiled.get(type);
  if (!validate) {
    validate = new Ajv({ allErrors: true, allowUnionTypes: true, strictRequired: false, messages: false }).compile(
      eventSchemas[type],
    );
    compiled.set(type, validate);
  }
  return validate;
}

function faultOf(error: ErrorObject, pointer: string): Fault {
  const at = pointer + error.instancePath;
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = String(params['additionalProperty']);
      return {
        pointer: at + pointerSegment(name),
        rule: 'epcis/unknown-field',
        message: `'${name}' is no field of EPCIS 2.0 here; an extension needs a prefix`,
      };
    }
    case 'required': {
      const name = String(params['missingProperty']);
      return { pointer: at + pointerSegment(name), rule: 'epcis/missing-field', message: `'${name}' is required` };
    }
    case 'type':
      return { pointer: at, rule: 'epcis/wrong-type', message: `must be ${String(params['type'])}` };
    case 'enum':
      return { pointer: at, rule: 'epcis/not-allowed', message: `must be one of ${String(params['allowedValues'])}` };
    case 'minimum':
      return { pointer: at, rule: 'epcis/out-of-range', message: `must be at least ${String(params['limit'])}` };
    case 'minItems':
    case 'minLength':
      return { pointer: at, rule: 'epcis/empty', message: 'must not be empty' };
    default:
      return { pointer: at, rule: 'epcis/wrong-format', message: `must match ${String(params['pattern'] ?? error.keyword)}` };
  }
}

/** Undeclared prefixes and nesting past the limit, anywhere in the event. */
function nameFaults(
  value: RawObject | readonly unknown[],
  namespaces: Namespaces,
  pointer: string,
  depth: number,
  faults: Fault[],
): void {
  if (faults.length >= faultCountMax) return;
  if (depth > depthMax) {
    faults.push({ pointer, rule: 'epcis/too-deep', message: `extensions nest at most ${String(depthMax)} levels` });
    return;
  }
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    for (let i = 0; i < items.length; i++) {
      const item = items[i];
      if (typeof item === 'object' && item !== null)
        nameFaults(item as RawObject, namespaces, `${pointer}/${String(i)}`, depth + 1, faults);
    }
    return;
  }
  const members = value as RawObject;
  for (const name in members) {
    if (name === '@context') continue;
    if (name.includes(':') && !isKnownName(name, namespaces)) {
      const rule = 'epcis/undeclared-prefix';
      faults.push({
        pointer: pointer + pointerSegment(name),
        rule,
        message: `the prefix of '${name}' is not declared in @context`,
      });
    }
    const member = members[name];
    if (typeof member === 'object' && member !== null)
      nameFaults(member as RawObject, namespaces, pointer + pointerSegment(name), depth + 1, faults);
  }
}

/** The event as a typed value, or everything that its shape has wrong: types, unknown and missing fields, undeclared prefixes. */
export function checkShape(raw: unknown, namespaces: Namespaces, pointer: string): { event: RawEvent } | { faults: Fault[] } {
  if (!isObject(raw)) return { faults: [{ pointer, rule: 'epcis/wrong-type', message: 'an event must be an object' }] };
  const type = raw['type'];
  if (typeof type !== 'string' || !Object.hasOwn(eventSchemas, type)) {
    const rule = type === undefined ? 'epcis/missing-field' : 'epcis/event-type';
    return { faults: [{ pointer: `${pointer}/type`, rule, message: `must be one of ${Object.keys(eventSchemas).join(', ')}` }] };
  }
  const validate = validatorOf(type as EventType);
  const faults = validate(raw) ? [] : (validate.errors ?? []).slice(0, faultCountMax).map((error) => faultOf(error, pointer));
  nameFaults(raw, namespaces, pointer, 0, faults);
  return faults.length > 0 ? { faults } : { event: raw as RawEvent };
}
