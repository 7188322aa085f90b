import { html, SafeHtml } from './html';
import { Language } from './language';
import { STYLE_ELEMENT } from './style';
import { TEXTS } from './texts';

export interface Page {
  readonly title: string;
  readonly language: Language;
  /** Path of this page on this server, without query: where the language switch leads. */
  readonly path: string;
  readonly body: SafeHtml;
}

/** A whole document. */
export function layout(page: Page): string {
  const texts = TEXTS[page.language];
  const other: Language = page.language === 'en' ? 'zh-CN' : 'en';
  const query = `?lang=${page.language}`;
  return html`<!doctype html>
    <html lang="${page.language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${page.title} · ${texts.site}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <header>
          <strong>${texts.site}</strong>
          <nav>
            <a href="/${query}">${texts.home}</a> <a href="/recalls${query}">${texts.recalls}</a>
            <a href="${page.path}?lang=${other}" lang="${other}" hreflang="${other}">${texts.otherLanguage}</a>
          </nav>
        </header>
        <main>${page.body}</main>
        <footer>${texts.site}: ${texts.tagline}</footer>
      </body>
    </html>`.text;
}
