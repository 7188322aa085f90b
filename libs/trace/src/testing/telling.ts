import { CanonicalEvent, ClassQuantity, Item } from '@suyuan/epcis';
import { Fact } from '../domain/facts/fact';

/** What an example says of an event: bare keys where nothing more is to be said. */
export interface Told extends Partial<
  Omit<CanonicalEvent, 'epcs' | 'children' | 'inputs' | 'outputs' | 'parent' | 'quantities' | 'childQuantities'>
> {
  readonly epcs?: readonly (string | Item)[];
  readonly children?: readonly (string | Item)[];
  readonly inputs?: readonly (string | Item)[];
  readonly outputs?: readonly (string | Item)[];
  readonly parent?: string;
  readonly quantities?: readonly ClassQuantity[];
  readonly childQuantities?: readonly ClassQuantity[];
  /** readPoint and bizLocation both. */
  readonly place?: string;
  /** Possessing parties of the source and destination lists. */
  readonly from?: string;
  readonly to?: string;
}

const item = (named: string | Item): Item => (typeof named === 'string' ? { key: named } : named);

/** A canonical event with everything that was left out empty. */
export function told(type: CanonicalEvent['type'], eventId: string, said: Told): CanonicalEvent {
  const { epcs = [], children = [], inputs = [], outputs = [], parent, place, from, to, ...rest } = said;
  return {
    type,
    eventId,
    eventTimeMicros: 0,
    eventTimeZoneOffset: '+00:00',
    quantities: [],
    childQuantities: [],
    inputQuantities: [],
    outputQuantities: [],
    sources: from === undefined ? [] : [{ type: 'possessing_party', key: from }],
    destinations: to === undefined ? [] : [{ type: 'possessing_party', key: to }],
    ...(place === undefined ? {} : { readPoint: place, bizLocation: place }),
    ...rest,
    epcs: epcs.map(item),
    children: children.map(item),
    inputs: inputs.map(item),
    outputs: outputs.map(item),
    ...(parent === undefined ? {} : { parent: item(parent) }),
  };
}

/** Tells a story event by event, a second apart, captured in that order by `by`. */
export class Telling {
  readonly facts: Fact[] = [];

  constructor(private readonly by: string | null) {}

  tell(type: CanonicalEvent['type'], said: Told, by: string | null = this.by): this {
    const number = this.facts.length + 1;
    const event = told(type, `urn:event:${String(number).padStart(4, '0')}`, { eventTimeMicros: number * 1_000_000, ...said });
    this.facts.push({
      position: number,
      recordTimeMicros: number * 1_000_000,
      event,
      declaration: false,
      capturingParty: by,
      byAuthority: false,
    });
    return this;
  }

  made(said: Told): this {
    return this.tell('ObjectEvent', { action: 'ADD', bizStep: 'commissioning', ...said });
  }

  seen(bizStep: string | undefined, said: Told, by?: string): this {
    return this.tell('ObjectEvent', { action: 'OBSERVE', ...(bizStep === undefined ? {} : { bizStep }), ...said }, by ?? this.by);
  }

  ended(bizStep: 'destroying' | 'decommissioning', said: Told): this {
    return this.tell('ObjectEvent', { action: 'DELETE', bizStep, ...said });
  }

  packed(said: Told): this {
    return this.tell('AggregationEvent', { action: 'ADD', bizStep: 'packing', ...said });
  }

  unpacked(said: Told): this {
    return this.tell('AggregationEvent', { action: 'DELETE', bizStep: 'unpacking', ...said });
  }

  transformed(said: Told): this {
    return this.tell('TransformationEvent', said);
  }
}
