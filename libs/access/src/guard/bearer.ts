/**
 * The key in an Authorization header: undefined when none was sent (an empty header counts as none), '' when something
 * was sent that is no Bearer key, and so can't be right. Header text arrives as Latin-1; keys are UTF-8.
 */
export function bearerSecret(header: string | string[] | undefined): string | undefined {
  const text = (Array.isArray(header) ? (header[0] ?? '') : (header ?? '')).trim();
  if (text === '' || /^bearer$/i.test(text)) return undefined;
  const match = /^bearer +(.+)$/i.exec(text);
  return match === null ? '' : Buffer.from(match[1] ?? '', 'latin1').toString('utf8');
}
