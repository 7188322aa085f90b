import { describeKey, gtinOf, type Identifier, lotKey, lotOf, parseCode } from '@suyuan/gs1';
import { InputFault, Problem } from '@suyuan/platform';
import { Scope, ScopeEntry, timeToMicros } from '@suyuan/trace/domain';

const ENTRY_FIELDS = new Set(['gtin', 'lots', 'lotPattern', 'serialRanges', 'producedBetween', 'place', 'inputLots']);
const LONGEST_LIST = 100_000;

/** Reads a scope as people write it, in any spelling of codes, into canonical keys; every fault with its JSON pointer. */
export function readScope(raw: unknown, pointer = '/scope'): Scope {
  const faults: InputFault[] = [];
  const scope = new ScopeReading(faults).scope(raw, pointer);
  if (faults.length > 0 || scope === undefined)
    throw Problem.badRequest('recall/bad-scope', 'The scope can not be read.', faults);
  return scope;
}

class ScopeReading {
  constructor(private readonly faults: InputFault[]) {}

  scope(raw: unknown, pointer: string): Scope | undefined {
    if (!isRecord(raw)) return this.fault(pointer, 'recall/scope-missing', 'scope must be an object with `include`');
    for (const name of Object.keys(raw))
      if (!['include', 'exclude', 'derived'].includes(name))
        this.fault(`${pointer}/${name}`, 'unknown-field', `unknown field ${name}`);
    const { include, exclude, derived } = raw;
    if (!Array.isArray(include) || include.length === 0)
      return this.fault(`${pointer}/include`, 'recall/scope-empty', 'include must be a list with at least one entry');
    if (exclude !== undefined && !Array.isArray(exclude))
      return this.fault(`${pointer}/exclude`, 'recall/scope-exclude', 'exclude must be a list');
    if (derived !== undefined && typeof derived !== 'boolean')
      return this.fault(`${pointer}/derived`, 'recall/scope-derived', 'derived must be true or false');
    const entries = (list: unknown[], name: string): ScopeEntry[] =>
      list.flatMap((entry, index) => this.entry(entry, `${pointer}/${name}/${index}`) ?? []);
    return {
      include: entries(include, 'include'),
      ...(exclude === undefined ? {} : { exclude: entries(exclude, 'exclude') }),
      ...(derived === undefined ? {} : { derived }),
    };
  }

  private entry(raw: unknown, pointer: string): ScopeEntry | undefined {
    if (!isRecord(raw)) return this.fault(pointer, 'recall/scope-entry', 'an entry must be an object');
    for (const name of Object.keys(raw))
      if (!ENTRY_FIELDS.has(name)) this.fault(`${pointer}/${name}`, 'unknown-field', `unknown field ${name}`);
    const gtin = raw['gtin'] === undefined ? statedGtin(raw['lots']) : this.gtin(raw['gtin'], `${pointer}/gtin`);
    if (gtin === undefined && raw['gtin'] === undefined && raw['inputLots'] === undefined) {
      return this.fault(
        pointer,
        'recall/scope-entry-empty',
        'an entry names a gtin, the full code of a lot, or inputLots: without any it would mean everything',
      );
    }
    const lots = this.list(raw['lots'], `${pointer}/lots`, (value, at) => this.lot(value, at, gtin));
    const inputLots = this.list(raw['inputLots'], `${pointer}/inputLots`, (value, at) => this.inputLot(value, at));
    const serialRanges = this.list(raw['serialRanges'], `${pointer}/serialRanges`, (value, at) => this.range(value, at));
    const lotPattern = this.text(raw['lotPattern'], `${pointer}/lotPattern`);
    const place = raw['place'] === undefined ? undefined : this.key(raw['place'], `${pointer}/place`, ['place', 'opaque']);
    const producedBetween = this.window(raw['producedBetween'], `${pointer}/producedBetween`);
    return {
      ...(gtin === undefined ? {} : { gtin }),
      ...(lots === undefined ? {} : { lots }),
      ...(lotPattern === undefined ? {} : { lotPattern }),
      ...(serialRanges === undefined ? {} : { serialRanges }),
      ...(producedBetween === undefined ? {} : { producedBetween }),
      ...(place === undefined ? {} : { place }),
      ...(inputLots === undefined ? {} : { inputLots }),
    };
  }

  /** Of any code of a product's class. A returnable asset has a class too, but no GTIN, and must not pass for no limit at all. */
  private gtin(value: unknown, pointer: string): string | undefined {
    const key = this.key(value, pointer, ['class']);
    return key === undefined
      ? undefined
      : (gtinOf(key) ?? this.fault(pointer, 'recall/scope-code-kind', 'this must be the GTIN of a product'));
  }

  /** A lot as printed, or a lot key of the entry's own GTIN. */
  private lot(value: unknown, pointer: string, gtin: string | undefined): string | undefined {
    const text = this.text(value, pointer);
    if (text === undefined) return this.fault(pointer, 'recall/scope-lot', 'a lot must be text');
    const code = lotCode(text);
    if (code === undefined) return text;
    if (gtin !== undefined && code.gtin !== gtin)
      return this.fault(pointer, 'recall/scope-lot-of-other-product', 'the lot belongs to another GTIN');
    return lotOf(code.key);
  }

  private inputLot(value: unknown, pointer: string): string | undefined {
    if (isRecord(value)) {
      const gtin = this.gtin(value['gtin'], `${pointer}/gtin`);
      const lot = this.text(value['lot'], `${pointer}/lot`);
      return gtin === undefined || lot === undefined
        ? this.fault(pointer, 'recall/scope-input-lot', 'an input lot is a lot code, or {gtin, lot}')
        : lotKey(gtin, lot);
    }
    return this.key(value, pointer, ['lot']);
  }

  private range(value: unknown, pointer: string): { from: string; to: string; lot?: string } | undefined {
    if (!isRecord(value)) return this.fault(pointer, 'recall/scope-range', 'a range is {from, to, lot?}');
    for (const name of Object.keys(value))
      if (!['from', 'to', 'lot'].includes(name)) this.fault(`${pointer}/${name}`, 'unknown-field', `unknown field ${name}`);
    const from = this.text(value['from'], `${pointer}/from`);
    const to = this.text(value['to'], `${pointer}/to`);
    const lot = this.text(value['lot'], `${pointer}/lot`);
    if (from === undefined || to === undefined) return this.fault(pointer, 'recall/scope-range', 'a range needs from and to');
    const digits = /^\d+$/;
    const numeric = digits.test(from) && digits.test(to);
    if (numeric ? BigInt(from) > BigInt(to) : from.length !== to.length || from > to) {
      return this.fault(
        pointer,
        'recall/scope-range-order',
        'from must not come after to; ends that are not digits only must be of one length',
      );
    }
    return { from, to, ...(lot === undefined ? {} : { lot }) };
  }

  private window(value: unknown, pointer: string): { from: string; to: string } | undefined {
    if (value === undefined) return undefined;
    if (!isRecord(value)) return this.fault(pointer, 'recall/scope-window', 'producedBetween is {from, to}');
    const from = this.text(value['from'], `${pointer}/from`);
    const to = this.text(value['to'], `${pointer}/to`);
    const [start, end] = [timeToMicros(from ?? ''), timeToMicros(to ?? '')];
    if (from === undefined || start === undefined)
      return this.fault(`${pointer}/from`, 'recall/bad-time', 'an RFC 3339 time with an offset is needed');
    if (to === undefined || end === undefined)
      return this.fault(`${pointer}/to`, 'recall/bad-time', 'an RFC 3339 time with an offset is needed');
    return start > end ? this.fault(pointer, 'recall/scope-window-order', 'from must not come after to') : { from, to };
  }

  private key(value: unknown, pointer: string, kinds: readonly string[]): string | undefined {
    if (typeof value !== 'string' && typeof value !== 'number')
      return this.fault(pointer, 'recall/scope-code', 'a code must be text');
    const parsed = parseCode(String(value));
    if (!parsed.ok) return this.fault(pointer, parsed.error.rule, parsed.error.message);
    if (!kinds.includes(describeKey(parsed.identifier.key).kind))
      return this.fault(pointer, 'recall/scope-code-kind', `this must be a ${kinds[0] ?? ''} code`);
    return parsed.identifier.key;
  }

  private text(value: unknown, pointer: string): string | undefined {
    if (value === undefined) return undefined;
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string' || text.length === 0 || text.length > 200)
      return this.fault(pointer, 'recall/scope-text', 'text of 1 to 200 characters is needed');
    return text;
  }

  private list<T>(value: unknown, pointer: string, read: (value: unknown, pointer: string) => T | undefined): T[] | undefined {
    if (value === undefined) return undefined;
    if (!Array.isArray(value) || value.length === 0)
      return this.fault(pointer, 'recall/scope-list', 'a list with at least one value is needed');
    if (value.length > LONGEST_LIST)
      return this.fault(pointer, 'recall/scope-list-too-long', `at most ${LONGEST_LIST} values: use ranges`);
    return value.flatMap((one, index) => read(one, `${pointer}/${index}`) ?? []);
  }

  private fault(pointer: string, rule: string, message: string): undefined {
    this.faults.push({ pointer, rule, message });
    return undefined;
  }
}

/** Of a lot given as a full code; undefined for a lot as printed. */
function lotCode(value: unknown): Identifier | undefined {
  if (typeof value !== 'string' || !/[:/()\u001d]/.test(value)) return undefined;
  const parsed = parseCode(value);
  return parsed.ok && parsed.identifier.kind === 'lot' ? parsed.identifier : undefined;
}

/** The product of an entry that names none itself but has the full code of a lot; another product's lot beside it is a fault. */
const statedGtin = (lots: unknown): string | undefined => (Array.isArray(lots) ? lots : []).map(lotCode).find(Boolean)?.gtin;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
