/** Languages the public pages speak. */
export type Language = 'zh-CN' | 'en';

/**
 * The language of a page: `?lang=` when it names one of ours, else the best of Accept-Language (RFC 9110, 12.5.4), else Chinese
 * when the header names none of ours but any Chinese, else English.
 */
export function chooseLanguage(asked: string | undefined, acceptLanguage: string | undefined): Language {
  const named = asked === undefined ? undefined : ours(asked);
  if (named !== undefined) return named;
  const ranked = (acceptLanguage ?? '')
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().split(';');
      const weight = parameters.map((p) => /^\s*q=([\d.]+)/.exec(p)?.[1]).find((q) => q !== undefined);
      return { tag, weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ tag, weight }) => tag !== '' && weight > 0)
    .sort((a, b) => b.weight - a.weight);
  return ranked.map(({ tag }) => ours(tag)).find((language) => language !== undefined) ?? 'en';
}

function ours(tag: string): Language | undefined {
  const primary = tag.trim().toLowerCase().split('-')[0];
  return primary === 'zh' ? 'zh-CN' : primary === 'en' ? 'en' : undefined;
}

/** A date for people. Takes the calendar day as it was written: a shopper compares it with the print on the pack. */
export function dayOf(text: string, language: Language): string {
  const day = text.slice(0, 10);
  const at = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return text;
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(at);
}

/** The name of a country given as ISO 3166-1 code; other text stays as it is. */
export function countryName(text: string, language: Language): string {
  if (!/^[A-Z]{2}$/.test(text)) return text;
  return new Intl.DisplayNames(language, { type: 'region', fallback: 'code' }).of(text) ?? text;
}
