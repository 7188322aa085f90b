/** What is shown in the place of words that were erased. */
export const ERASED = 'erased';

/**
 * The value with every text at one of the paths replaced; what is no text stays. Paths are member names joined by dots, `*` is
 * every member or item: `lines.*.evidence`. What does not change is not copied.
 */
export function mapWords<T>(value: T, paths: readonly string[], map: (words: string) => string): T {
  return paths.reduce<unknown>((now, path) => mapAt(now, path.split('.'), map), value) as T;
}

function mapAt(value: unknown, [member, ...rest]: readonly string[], map: (words: string) => string): unknown {
  if (member === undefined) return typeof value === 'string' && value !== '' ? map(value) : value;
  if (Array.isArray(value)) {
    if (member !== '*') return value;
    const items = value.map((item: unknown) => mapAt(item, rest, map));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  let now = value as Readonly<Record<string, unknown>>;
  for (const name of member === '*' ? Object.keys(now) : [member]) {
    if (!Object.hasOwn(now, name)) continue;
    const mapped = mapAt(now[name], rest, map);
    if (mapped !== now[name]) now = { ...now, [name]: mapped };
  }
  return now;
}

/** Paths of members within a member. */
export const within = (member: string, paths: readonly string[]): string[] => paths.map((path) => `${member}.${path}`);
