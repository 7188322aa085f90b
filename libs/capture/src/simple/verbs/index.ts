import { destruction, inspection, receipt, returned, sale, shipment } from './handling';
import { packing, unpacking } from './packing';
import { production } from './production';
import { transformation } from './transformation';
import type { Verb } from './verb';

/** The words of `/api/v1/events/{word}`. */
export const VERBS = {
  production,
  packing,
  unpacking,
  shipment,
  receipt,
  sale,
  return: returned,
  transformation,
  destruction,
  inspection,
} as const satisfies Readonly<Record<string, Verb>>;

export type VerbName = keyof typeof VERBS;
