import type { Json } from '../event-log';

/** Place in `$all`. Not contiguous; ordered by commit, then prepare. */
export interface StorePosition {
  readonly commit: number;
  readonly prepare: number;
}

/** An event on its way. `id` is a UUID: the server writes it once, however often it is sent. */
export interface OutgoingEvent {
  readonly id: string;
  readonly type: string;
  /** JSON texts. */
  readonly data: string;
  readonly metadata: string;
}

/** An event as read back. */
export interface IncomingEvent {
  readonly stream: string;
  readonly revision: number;
  readonly position: StorePosition;
  readonly type: string;
  readonly data: Json;
  readonly metadata: unknown;
  readonly createdMs: number;
}

/** `any`: no check; -1: there is no stream; else the revision of its last event. */
export type ExpectedRevision = 'any' | number;

export type AppendOutcome = { readonly kind: 'written' } | { readonly kind: 'wrong-revision'; readonly actual: number };

export interface SubscriptionSink {
  event(event: IncomingEvent): void;
  /** Nothing of ours up to here. */
  checkpoint(position: StorePosition): void;
  /** The subscription is over; `undefined` when it was closed by us. */
  ended(error: unknown): void;
}

export interface StoreSubscription {
  pause(): void;
  resume(): void;
  close(): void;
}

/** The server, as far as the log needs it. Every method may fail with an error that `isPassing` knows. */
export abstract class StoreGateway {
  /** Appends to one stream; all or nothing, bounded by the server's largest append. */
  abstract append(stream: string, events: readonly OutgoingEvent[], expected: ExpectedRevision): Promise<AppendOutcome>;
  /** Events of `$all` at and after a position. */
  abstract readAll(from: StorePosition, limit: number): AsyncIterable<IncomingEvent>;
  /** Events of one stream from a revision on; none where there is no stream. */
  abstract readStream(stream: string, fromRevision: number, limit: number): AsyncIterable<IncomingEvent>;
  /** Events after a position (`undefined` = all) of streams whose names begin with `prefix`, and what comes. */
  abstract subscribe(after: StorePosition | undefined, prefix: string, sink: SubscriptionSink): StoreSubscription;
  /** Whether the same call may well succeed later. */
  abstract isPassing(error: unknown): boolean;
  abstract close(): Promise<void>;
}

export function isAfter(a: StorePosition, b: StorePosition): boolean {
  return a.commit > b.commit || (a.commit === b.commit && a.prepare > b.prepare);
}
