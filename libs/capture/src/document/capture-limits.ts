import type { SplitterLimits } from './document-splitter';

/** Announced by OPTIONS and with 413 (EPCIS 2.0, 8.2.7). Memory does not grow with a document, these bound time and disk. */
export const CAPTURE_EVENTS_MAX = 10_000_000;
/** After unpacking, in bytes. */
export const CAPTURE_BYTES_MAX = 4 * 1024 ** 3;

export const SPLITTER_LIMITS: SplitterLimits = {
  depthMax: 64,
  eventBytesMax: 32 * 1024 ** 2,
  memberBytesMax: 32 * 1024 ** 2,
};

/** It is stored beside every event of the document, so it must not outweigh them. */
export const CONTEXT_CHARS_MAX = 16 * 1024;
