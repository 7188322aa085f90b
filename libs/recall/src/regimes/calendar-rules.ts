import { WorkCalendar } from './regime';

/** What is wrong with a calendar that has the right shape: `pointer: rule` of each fault. */
export function calendarFaults({ years, weekend }: WorkCalendar): string[] {
  return Object.entries(years).flatMap(([year, { holidays, workdays }]) => [
    ...[...holidays, ...workdays]
      .filter((date) => !date.startsWith(year) || !exists(date))
      .map((date) => `/years/${year}: ${date} is no day of ${year}`),
    ...workdays
      .filter((date) => !weekend.includes(new Date(date).getUTCDay() || 7))
      .map((date) => `/years/${year}/workdays: ${date} is no weekend, there is nothing to make up`),
    ...workdays.filter((date) => holidays.includes(date)).map((date) => `/years/${year}: ${date} is both free and worked`),
  ]);
}

/** `Date` takes 30 February for 2 March. */
function exists(date: string): boolean {
  const time = Date.parse(date);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}
