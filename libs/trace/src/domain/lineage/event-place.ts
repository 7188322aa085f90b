/** Where an event stands among others: by its time, then by its id. It does not depend on when what was captured. */
export interface EventPlace {
  readonly atMicros: number;
  readonly eventId: string;
}

/** How a place is written. */
export const EVENT_PLACE = /^-?\d{1,16} [^\n]{1,2048}$/;

export const writePlace = ({ atMicros, eventId }: EventPlace): string => `${atMicros} ${eventId}`;

/** @param text an `EVENT_PLACE` */
export function readPlace(text: string): EventPlace {
  const end = text.indexOf(' ');
  return { atMicros: Number(text.slice(0, end)), eventId: text.slice(end + 1) };
}
