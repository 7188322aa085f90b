import { html } from './html';
import { Language } from './language';
import { layout } from './layout';
import { TEXTS } from './texts';

/** `/`: what this is, and a field to type a code into. */
export function landingPage(language: Language): string {
  const texts = TEXTS[language];
  const body = html`
    <h1>${texts.tagline}</h1>
    <p>${texts.landing}</p>
    <form action="/lookup" method="get">
      <input type="hidden" name="lang" value="${language}" />
      <label>${texts.codeField} <input name="code" required maxlength="2000" autocomplete="off" /></label>
      <label>${texts.lot} <input name="lot" maxlength="20" autocomplete="off" /></label>
      <label>${texts.serial} <input name="serial" maxlength="20" autocomplete="off" /></label>
      <button>${texts.lookUp}</button>
    </form>
    <ul>
      <li><a href="/recalls?lang=${language}">${texts.recalls}</a></li>
      <li><a href="/docs">${texts.documentation}</a></li>
    </ul>
  `;
  return layout({ title: texts.tagline, language, path: '/', body });
}

/** The code is wrong: says so, and why in the rule's own words. */
export function badCodePage(message: string, path: string, language: Language): string {
  const texts = TEXTS[language];
  const body = html`<section class="banner ask" role="alert">
    <p class="verdict">${texts.badCode}</p>
    <p>${message}</p>
    <p>${texts.badCodeMore}</p>
  </section>`;
  return layout({ title: texts.badCode, language, path, body });
}

export function notFoundPage(path: string, language: Language): string {
  const texts = TEXTS[language];
  return layout({
    title: texts.notFound,
    language,
    path,
    body: html`<h1>${texts.notFound}</h1>
      <p>${texts.notFoundMore}</p>`,
  });
}
