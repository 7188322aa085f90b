import type { QuantityElement, Things } from './things';

/** A list member of an event, absent where there is nothing to say. */
export function member<Name extends string, Value>(name: Name, list: readonly Value[]): { [name in Name]?: readonly Value[] } {
  return list.length === 0 ? {} : ({ [name]: list } as { [name in Name]?: readonly Value[] });
}

export function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [name in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [name in Name]?: Value });
}

/** Members of an ObjectEvent. */
export function objectThings({ epcs, quantities }: Things): {
  epcList?: readonly string[];
  quantityList?: readonly QuantityElement[];
} {
  return { ...member('epcList', epcs), ...member('quantityList', quantities) };
}

/** Seen there, and there afterwards. */
export function happenedAt(place: { id: string } | undefined): { readPoint?: { id: string }; bizLocation?: { id: string } } {
  return place === undefined ? {} : { readPoint: place, bizLocation: place };
}

/** Seen there, and gone afterwards (CBV 2.0, on the business location of departing goods). */
export function leftFrom(place: { id: string } | undefined): { readPoint?: { id: string } } {
  return place === undefined ? {} : { readPoint: place };
}
