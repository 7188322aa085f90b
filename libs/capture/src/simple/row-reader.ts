import { readTime } from '@suyuan/epcis';
import { parseCode, type Identifier } from '@suyuan/gs1';
import type { InputFault } from '@suyuan/platform';

/** One row of input: a JSON object, or a CSV line whose cells are all text. */
export interface Row {
  /** 1-based. */
  readonly number: number;
  readonly values: Readonly<Record<string, unknown>>;
  /** Cells are text: lists are separated by `|` or `;`, numbers are written out. */
  readonly tabular: boolean;
  /** JSON pointer of the row in the body; absent where the body is no JSON document. */
  readonly pointer?: string;
}

const OFFSET_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;

/**
 * Reads the fields of one row and keeps the faults: a builder may go on with what it gets, its result counts only while
 * `faults` is empty. Fields never asked for are unknown ones.
 */
export class RowReader {
  readonly faults: InputFault[] = [];
  private readonly asked = new Set<string>();

  constructor(readonly row: Row) {}

  /** `path`: below the field, e.g. `/0/quantity`. */
  fault(field: string, rule: string, message: string, path = ''): void {
    const { number, pointer } = this.row;
    this.faults.push({
      row: number,
      field,
      ...(pointer === undefined ? {} : { pointer: `${pointer}/${field}${path}` }),
      rule,
      message,
    });
  }

  /** The value of a field; an empty cell, an empty text and null count as not given. */
  value(field: string): unknown {
    this.asked.add(field);
    const value = Object.hasOwn(this.row.values, field) ? this.row.values[field] : undefined;
    return value === null || (typeof value === 'string' && value.trim() === '') ? undefined : value;
  }

  text(field: string): string | undefined {
    const value = this.value(field);
    if (value === undefined) return undefined;
    if (typeof value === 'number') return String(value);
    if (typeof value === 'string' && value.length <= 2048 && !value.includes('\u0000')) return value.trim();
    this.fault(field, 'capture/type', 'must be a text of at most 2,048 characters');
    return undefined;
  }

  /** A number above zero, up to a million million, with at most 6 decimals. */
  quantity(field: string): number | undefined {
    const value = this.value(field);
    if (value === undefined) return undefined;
    const read = readQuantity(value);
    if (read === undefined) this.fault(field, 'capture/quantity', 'must be a number above zero');
    return read;
  }

  /** A calendar date `YYYY-MM-DD`. */
  date(field: string): string | undefined {
    const text = this.text(field);
    if (text === undefined) return undefined;
    const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text);
    if (!isDate) this.fault(field, 'capture/date', 'must be a date, YYYY-MM-DD');
    return text;
  }

  /** When it happened: `eventTime` and `eventTimeZoneOffset` of the event. A time without zone is refused, not guessed. */
  time(field: string): { eventTime: string; eventTimeZoneOffset: string } {
    const text = this.text(field) ?? '';
    const zone = OFFSET_TIME.exec(text)?.[1];
    if (zone !== undefined && !Number.isNaN(Date.parse(text))) {
      const offset = zone === 'Z' ? '+00:00' : zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
      const local = text.slice(0, -zone.length);
      const eventTime = `${local.length === 16 ? `${local}:00` : local}${offset === '+00:00' ? 'Z' : offset}`;
      // Date.parse rolls 30 February over into March; the standard's reader does not.
      if (!('rule' in readTime(eventTime))) return { eventTime, eventTimeZoneOffset: offset };
    }
    const missing = this.value(field) === undefined;
    const rule = missing
      ? 'capture/required'
      : /\d{2}:\d{2}/.test(text) && zone === undefined
        ? 'capture/time-zone'
        : 'capture/time';
    this.fault(field, rule, 'must be a date and time with its zone, such as 2026-05-03T14:30:00+08:00');
    return { eventTime: '', eventTimeZoneOffset: '' };
  }

  /** Several values: a JSON list or one value; in a cell separated by `|` or `;`. */
  list(field: string): readonly unknown[] {
    const value = this.value(field);
    if (value === undefined) return [];
    if (Array.isArray(value)) return value as unknown[];
    if (!this.row.tabular || typeof value !== 'string') return [value];
    return value
      .split(/[|;]/)
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }

  /** A code in any spelling. */
  code(field: string, text: string, path = ''): Identifier | undefined {
    const parsed = parseCode(text);
    if (parsed.ok) return parsed.identifier;
    this.fault(field, parsed.error.rule, parsed.error.message, path);
    return undefined;
  }

  require(field: string, given: boolean): void {
    if (!given && !this.faults.some((fault) => fault.field === field)) this.fault(field, 'capture/required', 'is missing');
  }

  /** Call last: whatever was sent and never asked for. */
  refuseUnknown(): void {
    for (const [field, value] of Object.entries(this.row.values)) {
      if (!this.asked.has(field) && !(this.row.tabular && value === '')) {
        this.fault(field, 'capture/unknown-field', `there is no field ${field}; known are ${[...this.asked].join(', ')}`);
      }
    }
  }
}

/** A quantity as number or written out; undefined when it is none. */
export function readQuantity(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,13}(\.\d{1,6})?$/.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && number > 0 && number <= 1e12 ? number : undefined;
}
