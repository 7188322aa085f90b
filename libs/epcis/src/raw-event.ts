import { type EventType } from './canonical-event';

/** A member of any name whose shape nobody checked yet. */
export type RawObject = Readonly<Record<string, unknown>>;

export interface RawQuantity extends RawObject {
  readonly epcClass: string;
  readonly quantity?: number;
  readonly uom?: string;
}

interface RawPlace extends RawObject {
  readonly id: string;
}

interface RawSensorElement extends RawObject {
  readonly sensorMetadata?: RawObject;
  readonly sensorReport: readonly RawObject[];
}

/** An event whose shape the schema of its type has accepted; spellings inside are still the sender's. */
export interface RawEvent extends RawObject {
  readonly type: EventType;
  readonly eventID?: string;
  readonly eventTime: string;
  readonly recordTime?: string;
  readonly eventTimeZoneOffset: string;
  readonly action?: 'ADD' | 'OBSERVE' | 'DELETE';
  readonly parentID?: string;
  readonly epcList?: readonly string[];
  readonly childEPCs?: readonly string[];
  readonly inputEPCList?: readonly string[];
  readonly outputEPCList?: readonly string[];
  readonly quantityList?: readonly RawQuantity[];
  readonly childQuantityList?: readonly RawQuantity[];
  readonly inputQuantityList?: readonly RawQuantity[];
  readonly outputQuantityList?: readonly RawQuantity[];
  readonly transformationID?: string;
  readonly bizStep?: string;
  readonly disposition?: string;
  readonly persistentDisposition?: { readonly set?: readonly string[]; readonly unset?: readonly string[] };
  readonly readPoint?: RawPlace;
  readonly bizLocation?: RawPlace;
  readonly bizTransactionList?: readonly (RawObject & { readonly type?: string; readonly bizTransaction: string })[];
  readonly sourceList?: readonly (RawObject & { readonly type: string; readonly source: string })[];
  readonly destinationList?: readonly (RawObject & { readonly type: string; readonly destination: string })[];
  readonly sensorElementList?: readonly RawSensorElement[];
  readonly ilmd?: RawObject;
  readonly errorDeclaration?: RawObject & {
    readonly declarationTime: string;
    readonly reason?: string;
    readonly correctiveEventIDs?: readonly string[];
  };
}

export const isObject = (value: unknown): value is RawObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
