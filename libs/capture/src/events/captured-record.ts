import type { CanonicalEvent } from '@suyuan/epcis';
import type { Json, LogRecord } from '@suyuan/event-log';

/** Log record type of an event as it was captured the first time. */
export const EPCIS_EVENT = 'epcis.event';
/** Log record type of an event captured again with an `errorDeclaration` (EPCIS 2.0, 7.4.1.2). */
export const EPCIS_DECLARATION = 'epcis.declaration';
/** Log record type of one vocabulary element of a document's `epcisMasterData`. */
export const MASTER_DATA_VOCABULARY = 'masterdata.vocabulary';

/** `data` of an event or declaration record. */
export interface CapturedData {
  /** As it was sent, with `eventID` filled in. */
  readonly event: { readonly [name: string]: Json };
  /** The document's (or the single event's own) `@context`; null where none applies. */
  readonly context: Json;
}

/** `meta` of an event or declaration record. */
export interface CapturedMeta {
  /** `417/…`; null for an administrator's or a regulator's upload: places and lists decide (API.md, "Capture"). */
  readonly capturingParty: string | null;
  /** Captured with an administrator's key. */
  readonly admin: boolean;
  /** Job under `/epcis/capture/`; null for single events. */
  readonly captureId: string | null;
  readonly canonical: CanonicalEvent;
}

/** `data` of a `masterdata.vocabulary` record. */
export interface VocabularyData {
  /** The vocabulary's type as sent, e.g. `urn:epcglobal:epcis:vtype:BusinessLocation`. */
  readonly type: string;
  /** One entry of `vocabularyElementList`, as sent: `{id, attributes?, children?}`. */
  readonly element: { readonly [name: string]: Json };
}

/** `meta` of a `masterdata.vocabulary` record. */
export type VocabularyMeta = Pick<CapturedMeta, 'capturingParty' | 'admin' | 'captureId'>;

/** An event of the log as followers take it. */
export interface CapturedEvent {
  readonly event: CanonicalEvent;
  readonly capturingParty: string | null;
  readonly byAuthority: boolean;
  /** The record voids the event of this id; it is no event of its own. */
  readonly declaration: boolean;
  readonly recordTime: Date;
  readonly position: number;
}

/** Reads a record back; undefined for records of other types. */
export function readCapturedRecord(record: LogRecord): CapturedEvent | undefined {
  if (record.type !== EPCIS_EVENT && record.type !== EPCIS_DECLARATION) return undefined;
  const meta = record.meta as unknown as CapturedMeta;
  return {
    event: meta.canonical,
    capturingParty: meta.capturingParty,
    byAuthority: meta.admin,
    declaration: record.type === EPCIS_DECLARATION,
    recordTime: record.recordTime,
    position: record.position,
  };
}
