import { type CanonicalEvent, type SourceDest } from './canonical-event';
import { bizSteps, bizTransactionTypes, dispositions, errorReasons, sourceDestTypes } from './cbv-vocabulary';
import { eventHash, type HashOptions } from './event-hash';
import { checkRules } from './event-rules';
import { checkShape } from './event-shape';
import { isZoneOffset } from './event-time';
import { type Fault } from './fault';
import { FaultCollector } from './fault-collector';
import { readInstanceMasterData } from './instance-master-data';
import { namespacesOf, type Namespaces } from './json-ld-context';
import { isObject, type RawEvent } from './raw-event';

export type ReadEvent =
  | {
      readonly ok: true;
      readonly event: CanonicalEvent;
      /** CBV 2.0 event hash: equal content has an equal hash, an event and its error declaration share it. */
      readonly hash: string;
      /** The event carries an errorDeclaration: it voids the one with its id and records nothing itself. */
      readonly isDeclaration: boolean;
    }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * Reads one EPCIS 2.0 JSON event: checks its shape and rules, resolves every spelling, and computes its hash, which is
 * its id where none is given. `context` is the document's `@context`, `pointer` the event's place in the document, which
 * every fault begins with. Never throws.
 */
export function readEvent(raw: unknown, context: unknown, pointer: string, options: HashOptions = {}): ReadEvent {
  const namespaces = namespacesOf(context, isObject(raw) ? raw['@context'] : undefined);
  const shape = checkShape(raw, namespaces, pointer);
  if ('faults' in shape) return { ok: false, faults: shape.faults };
  const collector = new FaultCollector(pointer, namespaces);
  const hash = eventHash(shape.event, context, options);
  const event = canonicalEvent(shape.event, hash, namespaces, collector);
  checkRules(shape.event, event, collector);
  if (collector.faults.length > 0) return { ok: false, faults: collector.faults };
  return { ok: true, event, hash, isDeclaration: event.errorDeclaration !== undefined };
}

function canonicalEvent(raw: RawEvent, hash: string, namespaces: Namespaces, collector: FaultCollector): CanonicalEvent {
  if (!isZoneOffset(raw.eventTimeZoneOffset))
    collector.add('/eventTimeZoneOffset', 'epcis/bad-time', 'must be an offset such as +08:00, at most fourteen hours');
  const optional = {
    action: raw.action,
    bizStep: collector.word(bizSteps, raw.bizStep, '/bizStep'),
    disposition: collector.word(dispositions, raw.disposition, '/disposition'),
    readPoint: collector.key(raw.readPoint?.id, '/readPoint/id'),
    bizLocation: collector.key(raw.bizLocation?.id, '/bizLocation/id'),
    parent: collector.item(raw.parentID, '/parentID'),
    transformationId: collector.key(raw.transformationID, '/transformationID'),
    ...readInstanceMasterData(raw.ilmd, namespaces),
    errorDeclaration: declarationOf(raw, collector),
  };
  checkTheRest(raw, collector);
  return {
    eventId: raw.eventID ?? hash,
    type: raw.type,
    eventTimeMicros: collector.time(raw.eventTime, '/eventTime') ?? 0,
    eventTimeZoneOffset: raw.eventTimeZoneOffset,
    epcs: collector.items(raw.epcList, 'epcList'),
    quantities: collector.quantities(raw.quantityList, 'quantityList'),
    children: collector.items(raw.childEPCs, 'childEPCs'),
    childQuantities: collector.quantities(raw.childQuantityList, 'childQuantityList'),
    inputs: collector.items(raw.inputEPCList, 'inputEPCList'),
    inputQuantities: collector.quantities(raw.inputQuantityList, 'inputQuantityList'),
    outputs: collector.items(raw.outputEPCList, 'outputEPCList'),
    outputQuantities: collector.quantities(raw.outputQuantityList, 'outputQuantityList'),
    sources: sourceDests(raw.sourceList, 'sourceList', 'source', collector),
    destinations: sourceDests(raw.destinationList, 'destinationList', 'destination', collector),
    ...present(optional),
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The members that have a value: an absent field must be absent, not undefined, to survive JSON and comparison. */
function present<T extends object>(members: T): Present<T> {
  const found: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(members)) if (value !== undefined) found[name] = value;
  return found as Present<T>;
}

function sourceDests<Member extends string>(
  entries: readonly ({ readonly type: string } & Readonly<Record<Member, string>>)[] | undefined,
  list: string,
  member: Member,
  collector: FaultCollector,
): readonly SourceDest[] {
  return (entries ?? []).flatMap((entry, i) => {
    const at = `/${list}/${String(i)}`;
    const type = collector.word(sourceDestTypes, entry.type, `${at}/type`);
    const key = collector.key(entry[member], `${at}/${member}`);
    return type === undefined || key === undefined ? [] : [{ type, key }];
  });
}

function declarationOf({ errorDeclaration }: RawEvent, collector: FaultCollector): CanonicalEvent['errorDeclaration'] {
  if (!errorDeclaration) return undefined;
  const declarationTimeMicros = collector.time(errorDeclaration.declarationTime, '/errorDeclaration/declarationTime');
  const reason = collector.word(errorReasons, errorDeclaration.reason, '/errorDeclaration/reason');
  return { correctiveEventIds: errorDeclaration.correctiveEventIDs ?? [], ...present({ declarationTimeMicros, reason }) };
}

/** Fields that no answer reads yet but that a valid event can't have wrong. */
function checkTheRest(raw: RawEvent, collector: FaultCollector): void {
  collector.times(raw, ['recordTime'], '');
  raw.bizTransactionList?.forEach((entry, i) => {
    collector.word(bizTransactionTypes, entry.type, `/bizTransactionList/${String(i)}/type`);
    collector.uri(entry.bizTransaction, `/bizTransactionList/${String(i)}/bizTransaction`);
  });
  for (const side of ['set', 'unset'] as const) {
    raw.persistentDisposition?.[side]?.forEach((value, i) =>
      collector.word(dispositions, value, `/persistentDisposition/${side}/${String(i)}`),
    );
  }
  raw.sensorElementList?.forEach((element, i) => {
    const at = `/sensorElementList/${String(i)}`;
    collector.times(element.sensorMetadata, ['time', 'startTime', 'endTime'], `${at}/sensorMetadata`);
    element.sensorReport.forEach((report, j) => collector.times(report, ['time'], `${at}/sensorReport/${String(j)}`));
  });
}
