import {
  PARTY_CHANGED,
  PARTY_REGISTERED,
  PLACE_DESCRIBED,
  PRODUCT_DESCRIBED,
  SHARE_CLOSED,
  SHARE_OPENED,
  VOCABULARY_CAPTURED,
} from './access-records';
import { readVocabulary } from './vocabulary';

/** The part of a log record that facts are read from. */
export interface SourceRecord {
  readonly type: string;
  readonly data: unknown;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly position: number;
  readonly recordTime: Date;
}

export type SubjectKind = 'party' | 'place' | 'product' | 'share';

/** What one record says about one subject. `subject` is kind and key, `place:414/…`. */
export interface AccessFact {
  readonly subject: string;
  readonly position: number;
  /** Place among the facts of one record. */
  readonly ordinal: number;
  readonly type: string;
  /** The party whose word it is; null for an authority. */
  readonly saidBy: string | null;
  readonly recordedAt: Date;
  readonly data: Readonly<Record<string, unknown>>;
}

const KEY_MEMBER: Readonly<Record<string, readonly [SubjectKind, string]>> = {
  [PARTY_REGISTERED]: ['party', 'party'],
  [PARTY_CHANGED]: ['party', 'party'],
  [PLACE_DESCRIBED]: ['place', 'place'],
  [PRODUCT_DESCRIBED]: ['product', 'product'],
  [SHARE_OPENED]: ['share', 'share'],
  [SHARE_CLOSED]: ['share', 'share'],
};

/** True for records that this library reads; the follower passes all others by. */
export function concernsAccess(type: string): boolean {
  return type in KEY_MEMBER || type === VOCABULARY_CAPTURED;
}

/** Everything a record says about parties, places, products and shares; empty for records of other libraries. */
export function factsOf(record: SourceRecord): AccessFact[] {
  const about = (subject: string, data: object, ordinal: number, type = record.type): AccessFact => ({
    subject,
    position: record.position,
    ordinal,
    type,
    saidBy: saidBy(record.meta),
    recordedAt: record.recordTime,
    data: { ...data },
  });
  if (record.type === VOCABULARY_CAPTURED) {
    return readVocabulary(record.data).map(({ kind, data }, ordinal) => about(`${kind}:${keyOf(data)}`, data, ordinal));
  }
  const member = KEY_MEMBER[record.type];
  if (member === undefined || typeof record.data !== 'object' || record.data === null) return [];
  const key: unknown = Reflect.get(record.data, member[1]);
  return typeof key === 'string' ? [about(`${member[0]}:${key}`, record.data, 0)] : [];
}

function keyOf(data: { place: string } | { product: string } | { party: string }): string {
  return 'place' in data ? data.place : 'product' in data ? data.product : data.party;
}

/** An authority's word has no party: administrators and regulators speak for nobody's goods. */
export function saidBy(meta: Readonly<Record<string, unknown>>): string | null {
  const party = meta['capturingParty'];
  return typeof party === 'string' ? party : null;
}
