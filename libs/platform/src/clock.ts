/** Where time comes from. Domain code takes times as arguments; edges inject a Clock, tests a fixed one. */
export abstract class Clock {
  abstract now(): Date;
}

export class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }
}
