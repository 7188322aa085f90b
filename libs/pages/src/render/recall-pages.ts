import { PublicRecall } from '../ports/public-recall-reader';
import { html, SafeHtml } from './html';
import { dayOf, Language } from './language';
import { layout } from './layout';
import { TEXTS } from './texts';

/** The public notice of one recall. */
export function recallPage(recall: PublicRecall, language: Language): string {
  const texts = TEXTS[language];
  const written = recall.languages?.[language];
  const title = written?.title ?? recall.title;
  const over = recall.state === 'withdrawn_in_error';
  const body = html`
    <section class="banner ${over ? 'clear' : 'affected'}" role="${over ? 'status' : 'alert'}" data-state="${recall.state}">
      <p class="verdict">${over ? '' : '⚠ '}${title}</p>
      <p>${texts.status} · ${texts.states[recall.state] ?? recall.state}</p>
    </section>
    ${written !== undefined && html`<p class="text">${written.text}</p>`}
    <h2>${texts.whatToDo}</h2>
    <p class="text">${recall.instructions}</p>
    <dl>
      ${row(texts.affectedProducts, recall.product)} ${row(texts.reason, recall.reason)} ${row(texts.hazard, recall.hazard)}
      ${row(texts.remedy, recall.remedy)} ${row(texts.since, dayOf(recall.startedAt, language))}
      ${recall.basis !== undefined && row(texts.status, texts.bases[recall.basis] ?? recall.basis)}
    </dl>
    ${
      recall.scope.length > 0 &&
      html`<h2>${texts.affectedCodes}</h2>
        <ul>
          ${recall.scope.map((line) => html`<li>${line}</li>`)}
        </ul>`
    }
    ${
      recall.contacts.length > 0 &&
      html`<h2>${texts.contacts}</h2>
        <ul>
          ${recall.contacts.map((contact) => html`<li>${[contact.name, contact.phone, contact.email].filter(Boolean).join(' · ')}</li>`)}
        </ul>`
    }
  `;
  return layout({ title, language, path: `/recalls/${encodeURIComponent(recall.id)}`, body });
}

/** Published recalls, newest first. */
export function recallListPage(items: readonly PublicRecall[], next: string | undefined, language: Language): string {
  const texts = TEXTS[language];
  const entry = (recall: PublicRecall): SafeHtml =>
    html`<li>
      <a href="/recalls/${encodeURIComponent(recall.id)}?lang=${language}"
        >${recall.languages?.[language]?.title ?? recall.title}</a
      ><br />${dayOf(recall.startedAt, language)} · ${recall.product} · ${texts.states[recall.state] ?? recall.state}
    </li>`;
  const body = html`
    <h1>${texts.recalls}</h1>
    ${
      items.length === 0
        ? html`<p>${texts.noRecalls}</p>`
        : html`<ul>
            ${items.map(entry)}
          </ul>`
    }
    ${next !== undefined && html`<p><a href="/recalls?lang=${language}&amp;cursor=${encodeURIComponent(next)}">${texts.older}</a></p>`}
  `;
  return layout({ title: texts.recalls, language, path: '/recalls', body });
}

function row(label: string, value: string | undefined): SafeHtml | undefined {
  return value === undefined || value === ''
    ? undefined
    : html`<dt>${label}</dt>
        <dd class="text">${value}</dd>`;
}
