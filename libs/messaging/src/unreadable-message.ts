/** A message that no repeat will make readable. */
export class UnreadableMessage extends Error {}
