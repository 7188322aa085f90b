import { Problem } from '@suyuan/platform';

/** What the server will refuse however often it is asked. */
const FOR_GOOD = ['StreamDeleted', 'AccessDenied', 'InvalidTransaction', 'BadRequest'];

const TOO_LARGE = ['MaximumAppendSizeExceeded', 'MaximumAppendEventSizeExceeded'];

/** An append that the server answered with one of its errors, named by the type of its details. */
export class StoreRefusal extends Error {
  readonly isForGood: boolean;

  constructor(detailsType: string, message: string) {
    const name = lastName(detailsType);
    super(`the event store refused an append: ${message || name}`);
    this.isForGood = FOR_GOOD.includes(name);
  }
}

/** The error for a refused append; a record that the server is not set up for is the caller's to hear of. */
export function refusal(detailsType: string, message: string): Error {
  if (!TOO_LARGE.includes(lastName(detailsType))) return new StoreRefusal(detailsType, message);
  return new Problem(413, 'record-too-large', 'Record too large', 'The record is larger than the event store is set up to take.');
}

function lastName(detailsType: string): string {
  return detailsType.split('.').at(-1) ?? '';
}
