import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { calendarFaults } from './calendar-rules';
import { Regime, WorkCalendar } from './regime';
import { RegimeBook } from './regime-book';
import { regimeFaults } from './regime-rules';
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

function read<T extends { readonly id: string }>(directory: string, kind: 'regime' | 'calendar', mayLack: boolean): Loaded<T>[] {
  let names: string[];
  try {
    names = readdirSync(directory).filter((name) => name.endsWith('.json'));
  } catch (error) {
    if (mayLack) return [];
    throw new RegimeFault(`${directory}: ${(error as Error).message}`);
  }
  const seen = new Map<string, string>();
  return names.sort().map((name) => {
    const file = path.join(directory, name);
    const document = parse(file);
    const faults = shapeFaults(kind, document);
    if (faults.length > 0)
      throw new RegimeFault(faults.map(({ pointer, message }) => `${file} ${pointer}: ${message}`).join('\n'));
    const { id } = document as T;
    const other = seen.get(id);
    // Which of the two counts would depend on their names.
    if (other !== undefined) throw new RegimeFault(`${file} /id: "${id}" is also the id of ${other}`);
    seen.set(id, name);
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
