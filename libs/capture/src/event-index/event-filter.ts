import { parseCode } from '@suyuan/gs1';
import { readTime } from '@suyuan/epcis';
import { Problem } from '@suyuan/platform';
import { indexedKey, KEY_ROLES } from './event-index.projector';

/** A condition on `capture_event e`; `$` stands for its one parameter. */
export interface Condition {
  readonly sql: string;
  readonly value: unknown;
  /** Asked of the inverted index of codes: what it finds may be one event or nearly all. */
  readonly byCode?: true;
}

type Reader = (name: string, text: string) => Condition;

const listOf =
  (column: string, word: (value: string) => string = (value) => value): Reader =>
  (name, text) => ({ sql: `e.${column} = ANY($::text[])`, value: values(name, text).map(word) });

const eventTime =
  (operator: string): Reader =>
  (name, text) => ({ sql: `e.event_time_micros ${operator} $::bigint`, value: micros(name, text) });

/** Record times are kept to the millisecond, as answers give them. */
const recordTime =
  (operator: string): Reader =>
  (name, text) => ({
    sql: `e.record_time ${operator} $::timestamptz`,
    value: new Date(Math.ceil(micros(name, text) / 1000)).toISOString(),
  });

const places =
  (column: string): Reader =>
  (name, text) => ({ sql: `e.${column} = ANY($::text[])`, value: codes(name, text) });

const match =
  (...roles: readonly string[]): Reader =>
  (name, text) => ({
    // Served by capture_event_keys.
    sql: 'e.keys && $::text[]',
    value: codes(name, text).flatMap((key) => roles.map((role) => role + key)),
    byCode: true,
  });

const { epc, parent, input, output, epcClass, inputClass, outputClass } = KEY_ROLES;

/** The query parameters that are understood (EPCIS 2.0, 8.2.7.1); any other is refused, never passed over. */
const PARAMETERS: Readonly<Record<string, Reader>> = {
  eventType: listOf('type', (value) => value.replace(/^(?:epcis:|https:\/\/ref\.gs1\.org\/epcis\/)/, '')),
  EQ_action: (name, text) => {
    for (const value of values(name, text))
      if (!['ADD', 'OBSERVE', 'DELETE'].includes(value)) throw refuse(name, 'must be ADD, OBSERVE or DELETE');
    return listOf('action')(name, text);
  },
  EQ_eventID: listOf('event_id'),
  EQ_bizStep: listOf('biz_step', (value) =>
    value.replace(/^(?:https:\/\/ref\.gs1\.org\/cbv\/BizStep-|urn:epcglobal:cbv:bizstep:|cbv:BizStep-)/, ''),
  ),
  EQ_disposition: listOf('disposition', (value) =>
    value.replace(/^(?:https:\/\/ref\.gs1\.org\/cbv\/Disp-|urn:epcglobal:cbv:disp:|cbv:Disp-)/, ''),
  ),
  EQ_readPoint: places('read_point'),
  EQ_bizLocation: places('biz_location'),
  GE_eventTime: eventTime('>='),
  LT_eventTime: eventTime('<'),
  GE_recordTime: recordTime('>='),
  LT_recordTime: recordTime('<'),
  MATCH_epc: match(epc),
  MATCH_parentID: match(parent),
  MATCH_inputEPC: match(input),
  MATCH_outputEPC: match(output),
  MATCH_anyEPC: match(epc, parent, input, output),
  MATCH_epcClass: match(epcClass),
  MATCH_inputEPCClass: match(inputClass),
  MATCH_outputEPCClass: match(outputClass),
  MATCH_anyEPCClass: match(epcClass, inputClass, outputClass),
};

/** Reads the query of `GET /epcis/events`, paging taken out before. Different parameters narrow, values of one widen. */
export function readConditions(query: Readonly<Record<string, unknown>>): Condition[] {
  return Object.entries(query).map(([name, text]) => {
    const reader = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;
    if (reader === undefined) throw refuse(name, 'is not supported here');
    if (typeof text !== 'string' || text === '' || text.length > 8000) throw refuse(name, 'must be given once, with a value');
    return reader(name, text);
  });
}

/** List-valued parameters are separated by `|`. */
function values(name: string, text: string): string[] {
  const list = text.split('|').filter((value) => value !== '');
  if (list.length === 0 || text.includes('\u0000')) throw refuse(name, 'must have a value');
  return list;
}

function codes(name: string, text: string): string[] {
  return values(name, text).map((value) => {
    const parsed = parseCode(value);
    if (!parsed.ok) throw refuse(name, parsed.error.message, parsed.error.rule);
    return indexedKey(parsed.identifier.key);
  });
}

function micros(name: string, text: string): number {
  // A plus sign that was not percent-encoded has become a blank.
  const time = readTime(text.replace(/ (?=\d\d:\d\d$)/, '+'));
  if ('micros' in time) return time.micros;
  throw refuse(name, time.message, time.rule);
}

function refuse(name: string, message: string, rule = 'epcis/query-parameter'): Problem {
  return Problem.badRequest('epcisException:QueryParameterException', `${name} ${message}.`, [
    { pointer: `/${name}`, rule, message },
  ]);
}
