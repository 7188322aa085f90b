import { loadRegimes } from './load-regimes';

/**
 * Ends of every clock of every shipped regime, worked by hand from the calendars of the year: [regime, timer, class, begins,
 * ends]. Working days leave out the day of the event; what is made up on a weekend counts, what is free in the week does not.
 */
const TABLE: readonly (readonly [string, string, string, string, string])[] = [
  // 1–5 May 2026 free (Friday to Tuesday): 6 and 7 May.
  ['cn-consumer', 'incident-report', '', '2026-04-30T09:00:00+08:00', '2026-05-07T23:59:59.999+08:00'],
  // Sunday 26 January made up; 28 January to 4 February free: 26, 27 January, 5 February.
  ['cn-consumer', 'regulator-notice', '', '2025-01-24T09:00:00+08:00', '2025-02-05T23:59:59.999+08:00'],
  ['cn-consumer', 'stop-sale', '', '2026-02-10T10:00:00+08:00', '2026-02-10T10:00:00+08:00'],
  // Sundays 4 and 18 February 2024 made up, 10–17 February free.
  ['cn-consumer', 'objection', '', '2024-02-02T10:00:00+08:00', '2024-02-21T23:59:59.999+08:00'],
  // Saturdays 14 and 28 February 2026 made up, 15–23 February free.
  ['cn-consumer', 'plan', '', '2026-02-10T10:00:00+08:00', '2026-03-02T23:59:59.999+08:00'],
  // Sunday 28 September and Saturday 11 October 2025 made up, 1–8 October free.
  ['cn-consumer', 'plan', '', '2025-09-26T10:00:00+08:00', '2025-10-16T23:59:59.999+08:00'],
  // Sunday 20 September 2026 made up.
  ['cn-consumer', 'publish', '', '2026-09-18T10:00:00+08:00', '2026-09-22T23:59:59.999+08:00'],
  // Sunday 29 September 2024 made up, 1–7 October free: 29, 30 September, 8 October; a day of work later 8, 9, 10 October.
  ['cn-consumer', 'publish', '', '2024-09-27T10:00:00+08:00', '2024-10-08T23:59:59.999+08:00'],
  ['cn-consumer', 'publish', '', '2024-09-30T10:00:00+08:00', '2024-10-10T23:59:59.999+08:00'],
  ['cn-consumer', 'platform-delist', '', '2026-09-30T10:00:00+08:00', '2026-10-01T10:00:00+08:00'],
  // The last day of a month that has fewer days.
  ['cn-consumer', 'progress-report', '', '2025-11-30T10:00:00+08:00', '2026-02-28T23:59:59.999+08:00'],
  // Made up: Sunday 20 September and Saturday 10 October 2026; free: 25–27 September, 1–7 October.
  ['cn-consumer', 'final-report', '', '2026-09-14T10:00:00+08:00', '2026-10-10T23:59:59.999+08:00'],
  ['cn-food', 'start', 'I', '2026-05-01T10:00:00+08:00', '2026-05-02T10:00:00+08:00'],
  ['cn-food', 'start', 'II', '2026-05-01T10:00:00+08:00', '2026-05-03T10:00:00+08:00'],
  ['cn-food', 'start', 'III', '2026-05-01T10:00:00+08:00', '2026-05-04T10:00:00+08:00'],
  ['cn-food', 'start-2026', 'I', '2026-09-30T10:00:00+08:00', '2026-10-01T10:00:00+08:00'],
  ['cn-food', 'start-2026', 'II', '2026-09-30T10:00:00+08:00', '2026-10-01T22:00:00+08:00'],
  ['cn-food', 'start-2026', 'III', '2026-09-30T10:00:00+08:00', '2026-10-02T10:00:00+08:00'],
  // Sunday 27 April 2025 made up, 1–5 May free.
  ['cn-food', 'finish', 'I', '2025-04-25T10:00:00+08:00', '2025-05-13T23:59:59.999+08:00'],
  // Friday 19 June 2026 free.
  ['cn-food', 'finish', 'II', '2026-06-01T10:00:00+08:00', '2026-06-30T23:59:59.999+08:00'],
  // Monday 6 April 2026 free.
  ['cn-food', 'finish', 'III', '2026-03-02T10:00:00+08:00', '2026-04-14T23:59:59.999+08:00'],
  // Sunday 26 January and Saturday 8 February 2025 made up, 28 January to 4 February free.
  ['cn-food', 'finish', 'III', '2025-01-02T10:00:00+08:00', '2025-02-19T23:59:59.999+08:00'],
  ['cn-food', 'progress-report', 'I', '2026-03-02T10:00:00+08:00', '2026-03-16T23:59:59.999+08:00'],
  ['cn-food', 'final-report', 'I', '2025-09-26T10:00:00+08:00', '2025-10-16T23:59:59.999+08:00'],
  ['cn-drug', 'notify', 'I', '2026-05-01T10:00:00+08:00', '2026-05-02T23:59:59.999+08:00'],
  ['cn-drug', 'notify', 'II', '2026-05-01T10:00:00+08:00', '2026-05-04T23:59:59.999+08:00'],
  ['cn-drug', 'notify', 'III', '2026-05-01T10:00:00+08:00', '2026-05-08T23:59:59.999+08:00'],
  ['cn-drug', 'plan', 'I', '2026-05-01T00:00:00+08:00', '2026-05-02T23:59:59.999+08:00'],
  // Half past five in the afternoon in London is the next day in Beijing.
  ['cn-drug', 'plan', 'III', '2026-05-01T17:30:00+01:00', '2026-05-09T23:59:59.999+08:00'],
  ['cn-drug', 'plan', 'II', '2026-05-01T23:30:00+08:00', '2026-05-04T23:59:59.999+08:00'],
  ['cn-drug', 'progress-report', 'I', '2026-05-01T10:00:00+08:00', '2026-05-02T23:59:59.999+08:00'],
  ['cn-drug', 'progress-report', 'II', '2026-02-27T10:00:00+08:00', '2026-03-02T23:59:59.999+08:00'],
  ['cn-drug', 'progress-report', 'III', '2026-05-01T10:00:00+08:00', '2026-05-08T23:59:59.999+08:00'],
  // Sunday 28 April and Saturday 11 May 2024 made up, 1–5 May free.
  ['cn-drug', 'final-report', 'I', '2024-04-26T10:00:00+08:00', '2024-05-13T23:59:59.999+08:00'],
  ['cn-device', 'notify', 'I', '2024-02-28T10:00:00+08:00', '2024-02-29T23:59:59.999+08:00'],
  ['cn-device', 'notify', 'III', '2025-12-28T10:00:00+08:00', '2026-01-04T23:59:59.999+08:00'],
  ['cn-device', 'notify', 'II', '2026-05-01T10:00:00+08:00', '2026-05-04T23:59:59.999+08:00'],
  // Saturday 14 September 2024 made up, 15–17 September free.
  ['cn-device', 'plan', 'I', '2024-09-12T10:00:00+08:00', '2024-09-20T23:59:59.999+08:00'],
  // Sunday 29 September and Saturday 12 October 2024 made up, 1–7 October free.
  ['cn-device', 'final-report', 'I', '2024-09-26T10:00:00+08:00', '2024-10-15T23:59:59.999+08:00'],
  ['eu-gpsr', 'safety-business-gateway', '', '2026-03-29T01:30:00+01:00', '2026-03-29T01:30:00+01:00'],
  ['eu-gpsr', 'consumer-notice', '', '2026-03-29T01:30:00+01:00', '2026-03-29T01:30:00+01:00'],
  // Christmas Day, Friday 25 December 2026, is free everywhere; Easter and Ascension Day are not.
  ['eu-gpsr', 'marketplace-order', '', '2026-12-24T10:00:00+01:00', '2026-12-29T23:59:59.999+01:00'],
  ['eu-gpsr', 'marketplace-order', '', '2026-04-01T10:00:00+02:00', '2026-04-03T23:59:59.999+02:00'],
  // New Year's Day, Friday 1 January 2027.
  ['eu-gpsr', 'marketplace-notice', '', '2026-12-30T10:00:00+01:00', '2027-01-05T23:59:59.999+01:00'],
  // Summer time begins on Sunday 29 March 2026 and ends on Sunday 25 October 2026.
  ['eu-gpsr', 'safety-gate', '', '2026-03-27T23:30:00+01:00', '2026-04-02T23:59:59.999+02:00'],
  ['eu-gpsr', 'safety-gate', '', '2026-10-23T10:00:00+02:00', '2026-10-29T23:59:59.999+01:00'],
  ['eu-food', 'withdraw', '', '2026-05-12T10:00:00+02:00', '2026-05-12T10:00:00+02:00'],
  // Hours elapse: the night to summer time has one fewer on the clock.
  ['eu-food', 'alert-notification', '', '2026-10-24T12:00:00+02:00', '2026-10-26T11:00:00+01:00'],
  ['eu-food', 'alert-notification', '', '2026-03-28T12:00:00+01:00', '2026-03-30T13:00:00+02:00'],
  // Veterans Day, Tuesday 11 November 2025 and Wednesday 11 November 2026; summer time ends on 1 November 2026.
  ['us-cpsc', 'investigation', '', '2025-11-07T12:00:00-05:00', '2025-11-24T23:59:59.999-05:00'],
  ['us-cpsc', 'investigation', '', '2026-10-30T12:00:00-04:00', '2026-11-16T23:59:59.999-05:00'],
  ['us-cpsc', 'report', '', '2026-07-02T12:00:00-04:00', '2026-07-03T12:00:00-04:00'],
  ['us-cpsc', 'stop-sale', '', '2026-07-02T12:00:00-04:00', '2026-07-02T12:00:00-04:00'],
  // Free: Friday 19 June and Friday 3 July 2026 (4 July is a Saturday).
  ['us-cpsc', 'corrective-action', '', '2026-06-15T12:00:00-04:00', '2026-07-15T23:59:59.999-04:00'],
  ['us-cpsc', 'progress-report', '', '2026-01-31T12:00:00-05:00', '2026-02-28T23:59:59.999-05:00'],
  ['us-fda-part7', 'notify-consignees', 'I', '2026-03-07T12:00:00-05:00', '2026-03-08T13:00:00-04:00'],
  // Days end by the local clock, on summer time by then.
  ['us-fda-part7', 'status-report', 'I', '2026-03-01T12:00:00-05:00', '2026-03-15T23:59:59.999-04:00'],
  ['us-fda-part7', 'status-report', 'III', '2026-10-18T12:00:00-04:00', '2026-11-15T23:59:59.999-05:00'],
  ['us-fda-part7', 'status-report', 'II', '2026-03-01T12:00:00-05:00', '2026-03-29T23:59:59.999-04:00'],
  // The night back to standard time has one more hour.
  ['us-fsma204', 'sortable-records', '', '2026-11-01T00:00:00-04:00', '2026-11-01T23:00:00-05:00'],
  ['drill', 'full-account', '', '2026-11-01T22:00:00Z', '2026-11-02T02:00:00Z'],
];

const book = loadRegimes();

describe('The clocks of the shipped regimes', () => {
  it.each(TABLE)('%s %s %s from %s end at %s', (id, name, recallClass, from, ends) => {
    const regime = book.get(id);
    const timer = regime?.timers.find((one) => one.name === name);
    if (regime === undefined || timer === undefined) throw new Error(`${id} has no ${name}`);
    const end = book.add(timer.byClass?.[recallClass] ?? timer.limit, from, regime);
    expect(end.at).toBe(new Date(ends).toISOString());
    // Every year in the table is known.
    expect(end.note ?? '').not.toContain('does not know');
  });

  it('are all in the table, those that differ by class with each class', () => {
    const clocks = book
      .all()
      .flatMap(({ id, timers }) =>
        timers.flatMap(({ name, byClass }) => Object.keys(byClass ?? { '': 0 }).map((one) => `${id} ${name} ${one}`)),
      );
    const listed = TABLE.map(([id, name, one]) => `${id} ${name} ${one}`);
    expect(
      clocks.filter((clock) => !listed.some((row) => row === clock || (clock.endsWith(' ') && row.startsWith(clock)))),
    ).toEqual([]);
    expect(TABLE.filter(([id, name]) => !clocks.some((clock) => clock.startsWith(`${id} ${name} `)))).toEqual([]);
  });

  it('say what their calendar leaves open, for working days alone', () => {
    const gpsr = book.get('eu-gpsr');
    if (gpsr === undefined) throw new Error('not loaded');
    expect(book.add({ count: 2, unit: 'wd' }, '2026-05-12T10:00:00+02:00', gpsr).note).toContain('every Member State');
    expect(book.add({ count: 2, unit: 'cd' }, '2026-05-12T10:00:00+02:00', gpsr).note).toBeUndefined();
    expect(book.add({ count: 2, unit: 'wd' }, '2029-05-14T10:00:00+02:00', gpsr).note).toMatch(
      /does not know 2029.*every Member State/,
    );
  });

  it('say when their calendar does not know a year, and do not guess its holidays', () => {
    const [cn, drill] = ['cn-consumer', 'drill'].flatMap((id) => book.get(id) ?? []);
    if (cn === undefined || drill === undefined) throw new Error('not loaded');
    expect(book.add({ count: 3, unit: 'wd' }, '2029-12-31T09:00:00+08:00', cn)).toEqual({
      at: '2030-01-03T15:59:59.999Z',
      note: expect.stringContaining('does not know 2030'),
    });
    expect(book.add({ count: 3, unit: 'wd' }, '2029-12-31T09:00:00Z', drill).note).toBe(book.calendar('weekdays')?.note);
  });

  it('take the strictest of several regimes for a holder’s answers, by the class of the recall', () => {
    const at = new Date('2026-05-01T00:00:00Z');
    expect(book.dueTimes(['cn-consumer'], undefined, at).acknowledge).toBe('2026-05-02T00:00:00.000Z');
    expect(book.dueTimes(['cn-consumer', 'cn-food'], 'II', at).acknowledge).toBe('2026-05-01T08:00:00.000Z');
    expect(book.dueTimes(['cn-consumer', 'cn-food'], 'I', at)).toEqual({
      acknowledge: '2026-05-01T04:00:00.000Z',
      contain: '2026-05-01T08:00:00.000Z',
      reconcile: '2026-05-04T00:00:00.000Z',
    });
    expect(book.dueTimes([], undefined, at).acknowledge).toBe('2026-05-02T00:00:00.000Z');
  });
});
