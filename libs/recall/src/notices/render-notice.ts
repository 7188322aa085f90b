import { DueTimes, NoticeKind } from '../domain/holder-task.events';
import { RecallContact, RecallContent } from '../domain/recall.events';
import { fill, fillLine } from './fill';
import { NOTICE_LANGUAGES, NoticeLanguage } from '../domain/notice-details';
import { Regime } from '../regimes/regime';
import { NoticePhrases, PHRASES } from './notice-phrases';
import { scopeWords } from './scope-words';

/** Quantities of one product as the notice says them. */
export interface NoticeQuantity {
  readonly product: string;
  readonly uom: string;
  readonly held: number;
  readonly inTransit: number;
  readonly sold: number;
}

/** All that a notice to one holder is written from. */
export interface NoticeFacts {
  readonly noticeId: string;
  readonly kind: NoticeKind;
  readonly mode: 'real' | 'drill';
  readonly content: RecallContent;
  readonly quantities: readonly NoticeQuantity[];
  readonly dueAt: DueTimes | undefined;
  /** Of the recall, in its order. */
  readonly regimes: readonly Pick<Regime, 'notice'>[];
}

export interface NoticeText {
  readonly title: string;
  /** Lines separated by `\n`. */
  readonly text: string;
}

/** The notice in every language. What its author wrote in one language only stays as written; the rest is said in each. */
export function renderNotice(facts: NoticeFacts): Record<NoticeLanguage, NoticeText> {
  return Object.fromEntries(NOTICE_LANGUAGES.map((language) => [language, renderIn(language, facts)])) as Record<
    NoticeLanguage,
    NoticeText
  >;
}

function renderIn(language: NoticeLanguage, facts: NoticeFacts): NoticeText {
  const phrases = PHRASES[language];
  const values = valuesOf(language, facts);
  const lines = facts.kind === 'release' ? phrases.releaseLines : phrases.lines;
  return {
    title: oneLine(fill(phrases.title, values)),
    text: lines.flatMap((line) => fillLine(line, values) ?? []).join('\n'),
  };
}

function valuesOf(language: NoticeLanguage, facts: NoticeFacts): Record<string, string | undefined> {
  const { content, kind, mode, noticeId, dueAt } = facts;
  const phrases = PHRASES[language];
  const { translations, remedies: _remedies, unitsAffected: _units, ...details } = content.details ?? {};
  const own = translations?.[language] ?? {};
  const regimes = facts.regimes.map(({ notice }) => notice);
  const { title, product, reason, hazard, instructions, remedy } = { ...content, ...own };
  return {
    ...details,
    codesPrintedAt: own.codesPrintedAt ?? details.codesPrintedAt ?? phrases.codesPrintedAt,
    soldWhere: own.soldWhere ?? details.soldWhere,
    title,
    product,
    reason,
    hazard,
    instructions,
    remedy,
    noticeId,
    drill: mode === 'drill' ? phrases.drill : '',
    drillLine: mode === 'drill' ? phrases.drillLine : undefined,
    headline:
      kind === 'release'
        ? phrases.releaseHeadline
        : (regimes.find(({ headline }) => headline)?.headline?.[language] ?? phrases.headline),
    kind: kind === 'release' ? '' : phrases.kinds[kind],
    regimeLine: [...new Set(regimes.flatMap(({ line }) => line?.[language] ?? []))].join('\n'),
    codes: scopeWords(content.scope, phrases),
    quantities: quantitiesWords(facts, phrases),
    acknowledge: timeWords(dueAt?.acknowledge, phrases),
    contain: timeWords(dueAt?.contain, phrases),
    reconcile: timeWords(dueAt?.reconcile, phrases),
    contacts: content.contacts.map(contactWords).join(phrases.semicolon),
  };
}

function quantitiesWords({ quantities }: NoticeFacts, phrases: NoticePhrases): string {
  return quantities
    .map(({ product, uom, held, inTransit, sold }) =>
      fill(phrases.quantity, {
        product: codeWords(product, phrases),
        uom,
        held: String(held),
        inTransit: String(inTransit),
        sold: String(sold),
      }),
    )
    .join(phrases.semicolon);
}

/** A product as it is printed: GTIN and lot or serial number; any other key as it is. */
function codeWords(uri: string, { scope, comma }: NoticePhrases): string {
  const [, gtin, qualifier, value] = /\/01\/(\d{14})(?:\/(10|21)\/([^/]+))?$/.exec(uri) ?? [];
  if (gtin === undefined) return uri;
  const printed = value === undefined ? undefined : decodeURIComponent(value);
  const template = qualifier === '10' ? scope.lots : scope.serial;
  return [fill(scope.gtin, { value: gtin }), ...(printed === undefined ? [] : [fill(template, { value: printed })])].join(comma);
}

/** A time to the minute in the zone of the language's readers. */
function timeWords(at: string | undefined, { zone }: NoticePhrases): string | undefined {
  if (at === undefined) return undefined;
  const local = new Date(Date.parse(at) + zone.hours * 3_600_000).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 16)} ${zone.name}`;
}

const contactWords = ({ name, phone, email }: RecallContact): string =>
  [name, phone, email].filter((part) => part !== undefined).join(' ');

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
