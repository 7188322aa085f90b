import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { IANAZone } from 'luxon';
import { Regime, WorkCalendar } from './regime';
import { RegimeBook } from './regime-book';
import { shapeFaults } from './regime-schema';

/** The profiles that come with Suyuan. */
export const SHIPPED_REGIMES = path.join(__dirname, 'data');

/** A profile or calendar that cannot be used: file, place in it, and what is wrong, one line for each fault. */
export class RegimeFault extends Error {
  override readonly name = 'RegimeFault';
}

interface Loaded<T> {
  readonly file: string;
  readonly document: T;
}

/**
 * Reads the shipped profiles and, where a directory is given, a firm's own: `*.json` in it are profiles, `calendars/*.json`
 * calendars. One of the same id takes the shipped one's place. All are checked; the first start with a wrong one fails.
 *
 * @throws RegimeFault
 */
export function loadRegimes(own?: string): RegimeBook {
  const directories = [SHIPPED_REGIMES, ...(own === undefined ? [] : [own])];
  const calendars = directories.flatMap((directory) =>
    read<WorkCalendar>(path.join(directory, 'calendars'), 'calendar', directory === own),
  );
  const regimes = directories.flatMap((directory) => read<Regime>(directory, 'regime', false));
  const known = new Set(calendars.map(({ document }) => document.id));
  const faults = [
    ...calendars.flatMap(({ file, document }) => calendarFaults(document).map((fault) => `${file} ${fault}`)),
    ...regimes.flatMap(({ file, document }) => regimeFaults(document, known).map((fault) => `${file} ${fault}`)),
  ];
  if (faults.length > 0) throw new RegimeFault(faults.join('\n'));
  return new RegimeBook(
    regimes.map(({ document }) => document),
    calendars.map(({ document }) => document),
  );
}

function read<T>(directory: string, kind: 'regime' | 'calendar', mayLack: boolean): Loaded<T>[] {
  let names: string[];
  try {
    names = readdirSync(directory).filter((name) => name.endsWith('.json'));
  } catch (error) {
    if (mayLack) return [];
    throw new RegimeFault(`${directory}: ${(error as Error).message}`);
  }
  return names.sort().map((name) => {
    const file = path.join(directory, name);
    const document = parse(file);
    const faults = shapeFaults(kind, document);
    if (faults.length > 0)
      throw new RegimeFault(faults.map(({ pointer, message }) => `${file} ${pointer}: ${message}`).join('\n'));
    return { file, document: document as T };
  });
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new RegimeFault(`${file}: ${(error as Error).message}`);
  }
}

/** What the shape alone does not show. */
function regimeFaults(regime: Regime, calendars: ReadonlySet<string>): string[] {
  const faults: string[] = [];
  const check = (fine: boolean, fault: string): void => {
    if (!fine) faults.push(fault);
  };
  const classes = new Set(regime.classes.map((one) => one.id));
  const ofClass = (pointer: string, limits: object | undefined): void => {
    for (const name of Object.keys(limits ?? {})) check(classes.has(name), `${pointer}/${name}: there is no class "${name}"`);
  };
  check(IANAZone.isValidZone(regime.timeZone), `/timeZone: "${regime.timeZone}" is no time zone`);
  check(calendars.has(regime.calendar), `/calendar: there is no calendar "${regime.calendar}"`);
  check(classes.size === regime.classes.length, '/classes: a class is named twice');
  check(new Set(regime.timers.map(({ name }) => name)).size === regime.timers.length, '/timers: two timers have one name');
  regime.timers.forEach(({ limit, byClass, every, everyByClass }, index) => {
    ofClass(`/timers/${index}/byClass`, byClass);
    ofClass(`/timers/${index}/everyByClass`, everyByClass);
    const rounds = [every, ...Object.values(everyByClass ?? {})].flatMap((one) => one ?? []);
    const limits = [limit, ...Object.values(byClass ?? {})];
    check(
      rounds.every(({ count }) => count > 0),
      `/timers/${index}/every: must be more than nothing`,
    );
    check(
      rounds.every(({ unit }) => limits.every((one) => one.unit === unit)),
      `/timers/${index}/every: must be in the unit of the limit`,
    );
    check(everyByClass === undefined || every !== undefined, `/timers/${index}/everyByClass: needs "every"`);
  });
  ofClass('/answersByClass', regime.answersByClass);
  const { level, levels, levelByClass } = regime.effectiveness;
  ofClass('/effectiveness/levelByClass', levelByClass);
  for (const one of [level, ...Object.values(levelByClass ?? {})])
    check(one in levels, `/effectiveness: there is no level "${one}"`);
  regime.notice.forbidden.forEach(({ words }, index) =>
    words.forEach((word, place) => check(isPattern(word), `/notice/forbidden/${index}/words/${place}: is no pattern`)),
  );
  return faults;
}

function calendarFaults({ years, weekend }: WorkCalendar): string[] {
  return Object.entries(years).flatMap(([year, { holidays, workdays }]) => [
    ...[...holidays, ...workdays]
      .filter((date) => !date.startsWith(year) || Number.isNaN(Date.parse(date)))
      .map((date) => `/years/${year}: ${date} is no day of ${year}`),
    ...workdays
      .filter((date) => !weekend.includes(new Date(date).getUTCDay() || 7))
      .map((date) => `/years/${year}/workdays: ${date} is no weekend, there is nothing to make up`),
    ...workdays.filter((date) => holidays.includes(date)).map((date) => `/years/${year}: ${date} is both free and worked`),
  ]);
}

function isPattern(word: string): boolean {
  try {
    return new RegExp(word, 'iu').source.length > 0;
  } catch {
    return false;
  }
}
