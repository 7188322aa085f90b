/** One version of one notice on its way to one party's registered channel. */
export interface OutgoingNotice {
  readonly noticeId: string;
  readonly version: number;
  /** `417/…` key. */
  readonly party: string;
  /** The notice as the receiver reads it (API.md, "Notice"). */
  readonly body: Readonly<Record<string, unknown>>;
  /** Trace of what made the notice, as a log record keeps it; absent or `undefined` where nobody traces. */
  readonly traceparent?: unknown;
  /** Drill notices never leave the system. */
  readonly mode: 'real' | 'drill';
  /** The first channel alone did not reach the holder: this one goes out on every channel there is. */
  readonly everyChannel?: boolean;
}

/** Durable queue of notices to webhooks; queuing the same (noticeId, version) twice sends it once. */
export abstract class NoticeDelivery {
  abstract queue(notices: readonly OutgoingNotice[]): Promise<void>;
}

/** Told, at least once, when a receiver took a notice. Bound by the module that owns the notices. */
export abstract class DeliveryListener {
  abstract delivered(noticeId: string, version: number, channel: string, at: Date): Promise<void>;
  /** All attempts used up. */
  abstract failed(noticeId: string, version: number, channel: string, at: Date, reason: string): Promise<void>;
}
