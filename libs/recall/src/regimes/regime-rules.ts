import { IANAZone } from 'luxon';
import { Limit, Regime, RegimeTimer } from './regime';

/** More than a century, or so many working days that counting them one by one takes long, is a slip of the pen. */
const COUNT_MAX: Readonly<Record<Limit['unit'], number>> = {
  s: 3_155_760_000,
  min: 52_596_000,
  h: 876_600,
  cd: 36_525,
  wd: 5_000,
  mo: 1_200,
  y: 100,
};

/** What is wrong with a profile that has the right shape: `pointer: rule` of each fault. */
export function regimeFaults(regime: Regime, calendars: ReadonlySet<string>): string[] {
  const { classes, timers, answers, answersByClass, effectiveness, ladder, retention } = regime;
  const known = new Set(classes.map(({ id }) => id));
  const names = timers.map(({ name }) => name);
  return [
    ...unless(IANAZone.isValidZone(regime.timeZone), `/timeZone: "${regime.timeZone}" is no time zone`),
    ...unless(calendars.has(regime.calendar), `/calendar: there is no calendar "${regime.calendar}"`),
    ...unless(known.size === classes.length, '/classes: a class is named twice'),
    ...unless(new Set(names).size === names.length, '/timers: two timers have one name'),
    ...timers.flatMap((timer, index) => timerFaults(timer, `/timers/${index}`, known)),
    ...classFaults('/answersByClass', answersByClass, known),
    ...Object.entries(answers).flatMap(([name, limit]) => limitFaults(`/answers/${name}`, limit)),
    ...Object.entries(answersByClass ?? {}).flatMap(([id, limits]) =>
      Object.entries(limits).flatMap(([name, limit]) => limitFaults(`/answersByClass/${id}/${name}`, limit)),
    ),
    ...ladder.flatMap(({ after }, index) => limitFaults(`/ladder/${index}/after`, after)),
    ...limitFaults('/retention', retention),
    ...classFaults('/effectiveness/levelByClass', effectiveness.levelByClass, known),
    ...levelFaults(effectiveness),
    ...patternFaults(regime),
  ];
}

function timerFaults({ limit, byClass, every, everyByClass }: RegimeTimer, at: string, classes: ReadonlySet<string>): string[] {
  const placed = (member: string, limits: Readonly<Record<string, Limit>> = {}): [string, Limit][] =>
    Object.entries(limits).map(([id, one]) => [`${at}/${member}/${id}`, one]);
  const limits: [string, Limit][] = [[`${at}/limit`, limit], ...placed('byClass', byClass)];
  const rounds: [string, Limit][] = [
    ...(every === undefined ? [] : ([[`${at}/every`, every]] satisfies [string, Limit][])),
    ...placed('everyByClass', everyByClass),
  ];
  return [
    ...classFaults(`${at}/byClass`, byClass, classes),
    ...classFaults(`${at}/everyByClass`, everyByClass, classes),
    ...[...limits, ...rounds].flatMap(([pointer, one]) => limitFaults(pointer, one)),
    ...rounds.flatMap(([pointer, one]) => [
      ...unless(one.count > 0, `${pointer}: must be more than nothing`),
      ...unless(
        limits.every(([, { unit }]) => unit === one.unit),
        `${pointer}: must be in the unit of the limit`,
      ),
    ]),
    ...unless(everyByClass === undefined || every !== undefined, `${at}/everyByClass: needs "every"`),
  ];
}

function classFaults(at: string, byClass: object | undefined, classes: ReadonlySet<string>): string[] {
  return Object.keys(byClass ?? {}).flatMap((id) => unless(classes.has(id), `${at}/${id}: there is no class "${id}"`));
}

function limitFaults(pointer: string, { count, unit }: Limit): string[] {
  return unless(count <= COUNT_MAX[unit], `${pointer}: ${count} ${unit} is more than ${COUNT_MAX[unit]} ${unit}`);
}

function levelFaults({ level, levelByClass, levels }: Regime['effectiveness']): string[] {
  return [level, ...Object.values(levelByClass ?? {})].flatMap((one) =>
    unless(Object.hasOwn(levels, one), `/effectiveness: there is no level "${one}"`),
  );
}

function patternFaults({ notice }: Regime): string[] {
  return notice.forbidden.flatMap(({ words }, index) =>
    words.flatMap((word, place) => unless(isPattern(word), `/notice/forbidden/${index}/words/${place}: is no pattern`)),
  );
}

function isPattern(word: string): boolean {
  try {
    return new RegExp(word, 'iu').source.length > 0;
  } catch {
    return false;
  }
}

function unless(fine: boolean, fault: string): string[] {
  return fine ? [] : [fault];
}
