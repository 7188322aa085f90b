/** Markup that is safe to send as it is. Made by `html` only. */
export class SafeHtml {
  constructor(readonly text: string) {}
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for element content and quoted attribute values. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/**
 * A template whose every value is escaped, unless `html` made it; arrays are joined, `undefined`, `null` and `false` are nothing.
 * Attribute values must be quoted, and an address must not come from outside unchecked: escaping does not stop `javascript:`.
 */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): SafeHtml {
  return new SafeHtml(strings.reduce((text, part, index) => text + toText(values[index - 1]) + part));
}

function toText(value: unknown): string {
  if (value === undefined || value === null || value === false) return '';
  if (value instanceof SafeHtml) return value.text;
  if (Array.isArray(value)) return value.map(toText).join('');
  return escapeHtml(String(value));
}
