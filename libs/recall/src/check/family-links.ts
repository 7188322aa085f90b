import { CanonicalEvent } from '@suyuan/epcis';
import { familyOf } from './blocking-recall';

/** Goods of family `into` were made from goods of family `from`, or contain them, if the event is true. */
export interface FamilyLink {
  readonly from: string;
  readonly into: string;
}

/** Goods of a family on one side of a transformation. */
export interface TransformationSide {
  readonly transformation: string;
  readonly side: 'input' | 'output';
  readonly family: string;
}

export interface EventLinks {
  readonly links: readonly FamilyLink[];
  /**
   * Inputs and outputs of one transformation may come in different events: they are joined by its name, which is the
   * `transformationID`, else the event's id (TRACE.md section 6).
   */
  readonly sides: readonly TransformationSide[];
}

/**
 * What an event says about families of goods, whatever its time, order or truth: a void or late event leaves its links too.
 * More links than are true only cost a closer look; a missing one could clear an affected code (docs/check.md).
 */
export function linksOf(event: CanonicalEvent): EventLinks {
  const links: FamilyLink[] = [];
  const sides: TransformationSide[] = [];
  const into = event.parent === undefined ? undefined : familyOf(event.parent.key);
  if (into !== undefined) for (const from of families([...event.children, ...event.childQuantities])) links.push({ from, into });
  if (event.type === 'TransformationEvent') {
    const transformation = event.transformationId ?? event.eventId;
    for (const family of families([...event.inputs, ...event.inputQuantities]))
      sides.push({ transformation, side: 'input', family });
    for (const family of families([...event.outputs, ...event.outputQuantities]))
      sides.push({ transformation, side: 'output', family });
  }
  return { links, sides };
}

function families(items: readonly { readonly key: string }[]): Set<string> {
  return new Set(items.map(({ key }) => familyOf(key)));
}
