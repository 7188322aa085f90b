import { CanonicalEvent } from '@suyuan/epcis';
import { amountsOf } from './amounts';

/** Everything that an event speaks of: things, and products without serials. */
export function thingsAndProducts(event: CanonicalEvent): string[] {
  const isMaking = event.type === 'TransformationEvent';
  const things = [...event.epcs, ...event.children, ...event.inputs, ...event.outputs, ...(event.parent ? [event.parent] : [])];
  const creates = isMaking || (event.type === 'ObjectEvent' && event.action === 'ADD');
  const amounts = [
    ...amountsOf(event, event.quantities, creates),
    ...amountsOf(event, event.childQuantities, false),
    ...amountsOf(event, event.inputQuantities, false),
    ...amountsOf(event, event.outputQuantities, true),
  ];
  return [...new Set([...things.map(({ key }) => key), ...amounts.map(({ product }) => product)])].sort();
}
