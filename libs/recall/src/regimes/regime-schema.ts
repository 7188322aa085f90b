import Ajv, { ErrorObject, Schema } from 'ajv';
import { REQUIRED_FACTS } from './regime';

const text: Schema = { type: 'string', minLength: 1, maxLength: 500 };
const limit: Schema = {
  type: 'object',
  required: ['count', 'unit'],
  additionalProperties: false,
  properties: {
    count: { type: 'integer', minimum: 0 },
    unit: { enum: ['s', 'min', 'h', 'cd', 'wd', 'mo', 'y'] },
  },
};
const evidence: Schema = { enum: ['read', 'second-hand', 'unverified'] };
const sourced = { source: text, evidence };
const byClass = (of: Schema): Schema => ({ type: 'object', minProperties: 1, additionalProperties: of });
const id: Schema = { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,39}$' };
const language: Schema = { enum: ['zh-CN', 'en'] };
const object = (required: Record<string, Schema>, optional: Record<string, Schema> = {}): Schema => ({
  type: 'object',
  required: Object.keys(required),
  additionalProperties: false,
  properties: { ...required, ...optional },
});
const list = (items: Schema): Schema => ({ type: 'array', items });
const answers = object({ acknowledge: limit, contain: limit, reconcile: limit });

const timer = object(
  {
    name: id,
    anchor: {
      enum: [
        'signal',
        'notified',
        'assessed',
        'decided',
        'planned',
        'published',
        'activated',
        'amended',
        'completed',
        'terminated',
      ],
    },
    limit,
    duty: { enum: ['producer', 'operator', 'platform', 'authority'] },
    ...sourced,
  },
  {
    byClass: byClass(limit),
    every: limit,
    everyByClass: byClass(limit),
    to: text,
    met: { enum: ['planned', 'published', 'activated', 'completed', 'terminated', 'progress-report', 'final-report'] },
  },
);

const regime = object(
  {
    id,
    name: object({ en: text, 'zh-CN': text }),
    jurisdiction: text,
    legalBasis: text,
    timeZone: text,
    calendar: id,
    classes: list(object({ id: text, meaning: text })),
    timers: list(timer),
    answers,
    ladder: list(
      object({
        after: limit,
        step: { enum: ['reminder', 'second_channel', 'after_hours_contact', 'registered_letter', 'report_to_authority'] },
      }),
    ),
    effectiveness: object(
      {
        level: text,
        levels: { type: 'object', minProperties: 1, additionalProperties: { type: 'number', minimum: 0, maximum: 1 } },
        attempts: { type: 'integer', minimum: 1, maximum: 100 },
        ...sourced,
      },
      { levelByClass: byClass(text) },
    ),
    notice: object(
      {
        languages: list(language),
        required: list(object({ fact: { enum: REQUIRED_FACTS }, ...sourced })),
        forbidden: list(object({ language, words: list(text), ...sourced })),
      },
      { headline: object({}, { en: text, 'zh-CN': text }), line: object({}, { en: text, 'zh-CN': text }) },
    ),
    plan: object({ required: list(text), ...sourced }),
    terminates: { const: 'authority' },
    disposal: object({ witness: { type: 'boolean' }, certificate: { type: 'boolean' } }),
    retention: object({ count: { type: 'integer', minimum: 0 }, unit: { enum: ['cd', 'mo', 'y'] }, ...sourced }),
    metrics: list(text),
    evidence,
  },
  { answersByClass: byClass(answers) },
);

const dates = list({ type: 'string', pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' });
const calendar = object(
  {
    id,
    name: text,
    weekend: list({ type: 'integer', minimum: 1, maximum: 7 }),
    years: {
      type: 'object',
      propertyNames: { pattern: '^\\d{4}$' },
      additionalProperties: object({ holidays: dates, workdays: dates }, { source: text }),
    },
    ...sourced,
  },
  { note: text },
);

const ajv = new Ajv({ allErrors: true, strict: false });
const compiled = { regime: ajv.compile(regime), calendar: ajv.compile(calendar) };

/** What is wrong with a document by its shape: JSON pointer and rule of each fault; empty when it is right. */
export function shapeFaults(kind: 'regime' | 'calendar', document: unknown): { pointer: string; message: string }[] {
  const validate = compiled[kind];
  if (validate(document)) return [];
  return (validate.errors ?? []).map((error) => ({ pointer: error.instancePath || '/', message: worded(error) }));
}

function worded({ message = 'is wrong', params }: ErrorObject): string {
  const detail = params as { additionalProperty?: string; allowedValues?: readonly unknown[] };
  if (detail.additionalProperty !== undefined) return `does not know "${detail.additionalProperty}"`;
  if (detail.allowedValues !== undefined) return `must be one of ${detail.allowedValues.join(', ')}`;
  return message;
}
