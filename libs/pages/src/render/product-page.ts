import { ProductRecord } from '@suyuan/access';
import { ProductFacts } from '../product-facts';
import { html, SafeHtml } from './html';
import { countryName, dayOf, Language } from './language';
import { layout } from './layout';
import { TEXTS } from './texts';

/** The page a shopper sees who scans a code. @param path where it stands, without query. */
export function productPage(facts: ProductFacts, path: string, language: Language): string {
  const texts = TEXTS[language];
  const title = facts.product === undefined ? `GTIN ${facts.code.gtin ?? ''}` : nameIn(facts.product, language);
  const body = html`
    <h1>${title}</h1>
    ${banner(facts, language)}
    ${
      facts.unknown &&
      html`<h2>${texts.unknownProduct}</h2>
        <p>${texts.unknownProductMore}</p>`
    }
    <dl>
      ${row(texts.brand, facts.product?.brand)} ${row(texts.producer, facts.producer)}
      ${row(texts.origin, facts.origin === undefined ? undefined : countryName(facts.origin, language))}
      ${row(texts.gtin, facts.code.gtin)} ${row(texts.lot, facts.lots.join(', '))} ${row(texts.serial, facts.code.serial)}
      ${row(texts.produced, facts.producedAt === undefined ? undefined : dayOf(facts.producedAt, language))}
      ${row(texts.expiry, facts.expiry === undefined ? undefined : dayOf(facts.expiry, language))}
    </dl>
    ${
      facts.madeFrom.length > 0 &&
      html`<h2>${texts.madeFrom}</h2>
        <ul>
          ${facts.madeFrom.map((part) => html`<li>${part.product === undefined ? `GTIN ${part.key.slice(3)}` : nameIn(part.product, language)}</li>`)}
        </ul>`
    }
    ${!facts.unknown && journey(facts, language)}
  `;
  return layout({ title, language, path, body });
}

function banner(facts: ProductFacts, language: Language): SafeHtml {
  const texts = TEXTS[language];
  const { check } = facts;
  switch (check.verdict) {
    case 'affected':
      return html`<section class="banner affected" role="alert" data-verdict="affected">
        <p class="verdict">
          ⚠ ${check.recalls.every((recall) => recall.certainty === 'possible') ? texts.possiblyRecalled : texts.recalled}
        </p>
        ${check.recalls.map(
          (recall) =>
            html`<h2>${recall.title}</h2>
              <p>
                <strong>${texts.whatToDo}</strong><br />
                <span class="text">${recall.instructions}</span>
              </p>
              <p>${texts.status} · ${texts.states[recall.state] ?? recall.state}</p>
              <p><a href="/recalls/${encodeURIComponent(recall.id)}?lang=${language}">${texts.recallPage}</a></p>`,
        )}
      </section>`;
    case 'need_code':
      return html`<section class="banner ask" role="alert" data-verdict="need_code">
        <p class="verdict">? ${texts.needCode}</p>
        <p>${texts.needCodeMore}</p>
        ${codeForm(facts, language)}
        <ul>
          ${check.recalls.map((recall) => html`<li><a href="/recalls/${encodeURIComponent(recall.id)}?lang=${language}">${recall.title}</a></li>`)}
        </ul>
      </section>`;
    case 'not_affected':
      return html`<section class="banner clear" role="status" data-verdict="not_affected">
        <p class="verdict">✓ ${texts.notRecalled}</p>
        <p>${texts.notRecalledMore}</p>
      </section>`;
  }
}

/** Asks for what the verdict lacks and keeps what is known already. */
function codeForm(facts: ProductFacts, language: Language): SafeHtml {
  const texts = TEXTS[language];
  const need = facts.check.need ?? ['lot', 'serial'];
  const lot = facts.code.lot ?? facts.lots[0];
  const kept = (name: string, value: string | undefined): SafeHtml | undefined =>
    value === undefined ? undefined : html`<input type="hidden" name="${name}" value="${value}" />`;
  const asked = (name: string, label: string): SafeHtml =>
    html`<label>${label} <input name="${name}" maxlength="20" autocomplete="off" autocapitalize="characters" /></label>`;
  return html`<form action="/lookup" method="get">
    <input type="hidden" name="code" value="${facts.code.gtin}" /><input type="hidden" name="lang" value="${language}" />
    ${need.includes('lot') ? asked('lot', texts.lot) : kept('lot', lot)}
    ${need.includes('serial') ? asked('serial', texts.serial) : kept('serial', facts.code.serial)}
    <button>${texts.checkAgain}</button>
  </form>`;
}

function journey({ stops, goesOn }: ProductFacts, language: Language): SafeHtml {
  const texts = TEXTS[language];
  if (stops.length === 0)
    return html`<h2>${texts.journey}</h2>
      <p>${texts.noJourney}</p>`;
  return html`<h2>${texts.journey}</h2>
    <ol>
      ${stops.map((stop) => {
        const where = [stop.party, stop.country === undefined ? undefined : countryName(stop.country, language)].filter(
          (part) => part !== undefined,
        );
        return html`<li>
          <time datetime="${stop.at}">${dayOf(stop.at, language)}</time> ·
          ${texts.steps[stop.kind]}${where.length > 0 && ` · ${where.join(', ')}`}
        </li>`;
      })}
    </ol>
    ${goesOn && html`<p>${texts.journeyGoesOn}</p>`}`;
}

function row(label: string, value: string | undefined): SafeHtml | undefined {
  return value === undefined || value === ''
    ? undefined
    : html`<dt>${label}</dt>
        <dd>${value}</dd>`;
}

function nameIn(product: ProductRecord, language: Language): string {
  return language === 'zh-CN' ? (product.nameZh ?? product.name) : product.name;
}
