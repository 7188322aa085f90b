/** A template with its `{names}` replaced. What a value itself holds is never read as a template. */
export function fill(template: string, values: Readonly<Record<string, string | undefined>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}

/** The line, or undefined when one of its names has no value. */
export function fillLine(template: string, values: Readonly<Record<string, string | undefined>>): string | undefined {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return names.some((name) => (values[name] ?? '').trim() === '') ? undefined : fill(template, values);
}
