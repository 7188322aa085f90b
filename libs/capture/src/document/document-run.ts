import { type Fault, readDocumentHeader, readEvent } from '@suyuan/epcis';
import { isLoggableKey, type Json } from '@suyuan/event-log';
import { type Origin, prepareEvent } from '../events/event-record';
import type { ErrorBehaviour } from '../jobs/capture-job';
import { CONTEXT_CHARS_MAX, SPLITTER_LIMITS } from './capture-limits';
import { DeferredEvents } from './deferred-events';
import { type DocumentPart, DocumentSplitter } from './document-splitter';
import type { FaultList } from './fault-list';
import type { Intake, IntakeResult } from './intake';
import { masterDataRecords } from './master-data';
import { Skeleton } from './skeleton';

type JsonObject = { readonly [name: string]: Json };

/** One document on its way: chunks in, valid events to the intake, faults to the list. */
export class DocumentRun {
  /** Events seen, valid or not. */
  events = 0;
  invalidEvents = 0;
  private readonly splitter = new DocumentSplitter(SPLITTER_LIMITS);
  private readonly deferred = new DeferredEvents();
  private readonly skeleton = new Skeleton();
  private context: { readonly value: Json } | undefined;

  constructor(
    private readonly intake: Intake,
    private readonly faults: FaultList,
    private readonly behaviour: ErrorBehaviour,
    private readonly origin: Origin & { readonly captureId: string },
  ) {}

  async read(chunk: Uint8Array): Promise<void> {
    for (const part of this.splitter.push(chunk)) {
      if (part.kind === 'event') await this.takeEvent(part);
      else await this.takeMember(part);
    }
  }

  /** Call after the last chunk. `undefined`: refused, nothing is stored. */
  async finish(): Promise<IntakeResult | undefined> {
    this.splitter.end();
    // Without an @context (itself a fault) the events are still read, to name their faults in the same answer.
    if (this.context === undefined) await this.releaseDeferred(null);
    const read = readDocumentHeader(this.skeleton.document);
    if (!read.ok) {
      // A document that is none is refused whole, whatever the caller wants done about single events.
      this.faults.add(...read.faults);
      await this.intake.giveUp();
    }
    return this.intake.finish(read.ok ? masterDataRecords(this.skeleton.document['epcisHeader'], this.origin) : []);
  }

  async discard(): Promise<void> {
    await this.deferred.discard();
  }

  private async takeMember(part: DocumentPart): Promise<void> {
    this.skeleton.add(part);
    if (part.kind !== 'member' || part.pointer !== '/@context') return;
    if (part.text.length > CONTEXT_CHARS_MAX) {
      const message = `must not be longer than ${CONTEXT_CHARS_MAX} characters`;
      this.faults.add({ pointer: '/@context', rule: 'capture/too-large', message });
      await this.intake.giveUp();
    }
    await this.releaseDeferred(part.value as Json);
  }

  private async releaseDeferred(context: Json): Promise<void> {
    this.context = { value: context };
    for await (const event of this.deferred.take()) await this.readOne(event.value, event.pointer, context);
  }

  private async takeEvent({ pointer, value }: DocumentPart): Promise<void> {
    this.events += 1;
    if (this.context === undefined) await this.deferred.add({ pointer, value });
    else await this.readOne(value, pointer, this.context.value);
  }

  private async readOne(value: unknown, pointer: string, context: Json): Promise<void> {
    const read = readEvent(value, context, pointer);
    const faults = read.ok ? idFaults(read.event.eventId, pointer) : read.faults;
    if (read.ok && faults.length === 0) {
      return this.intake.add(prepareEvent(read, value as JsonObject, context, pointer, this.origin));
    }
    this.invalidEvents += 1;
    this.faults.add(...faults);
    if (this.behaviour === 'rollback') await this.intake.giveUp();
  }
}

/** An id is a key of the log, which bounds it; room is left for what marks a declaration. */
export function idFaults(eventId: string, pointer: string): Fault[] {
  if (isLoggableKey(`${eventId}${'x'.repeat(100)}`)) return [];
  return [
    { pointer: `${pointer}/eventID`, rule: 'capture/event-id', message: 'must have at most 1,400 bytes of well-formed UTF-8' },
  ];
}
