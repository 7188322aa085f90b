import type { Json } from '@suyuan/event-log';
import type { RowReader } from '../row-reader';

/** An EPCIS 2.0 event in its JSON form, without `@context`. */
export type EpcisJson = { readonly type: string } & { readonly [name: string]: Json | object };

/** Builds the event that one row tells; faults go to the reader. */
export type Verb = (reader: RowReader) => EpcisJson;
