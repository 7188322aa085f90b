import { RecallContent } from '../domain/recall.events';
import { NOTICE_LANGUAGES, NoticeLanguage, NoticeTranslation } from '../domain/notice-details';
import { NoticeRules, Regime, RequiredFact } from '../regimes/regime';
import { EVERY_NOTICE } from './notice-rules';

/** Something about a notice that its author should look at. Never a refusal: a late notice harms more than an imperfect one. */
export interface NoticeFinding {
  /** Stable: `notice/missing-gtin`, `notice/softening-word`, … */
  readonly rule: string;
  readonly severity: 'warning';
  /** JSON pointer into the recall as it was written. */
  readonly pointer: string;
  /** Regime that asks for it; `*` for every notice. */
  readonly regime: string;
  readonly language?: NoticeLanguage;
  readonly message: string;
  /** The clause, and how far it was verified. */
  readonly source: string;
  readonly evidence: 'read' | 'second-hand' | 'unverified';
}

const TEXTS = ['title', 'product', 'reason', 'hazard', 'instructions', 'remedy'] as const;

/** All findings, the regimes in the order of the recall; none twice. */
export function lintNotice(content: RecallContent, regimes: readonly Pick<Regime, 'id' | 'notice'>[]): NoticeFinding[] {
  const findings = [{ id: '*', notice: EVERY_NOTICE }, ...regimes].flatMap(({ id, notice }) => [
    ...missingFacts(content, id, notice),
    ...missingLanguages(content, id, notice),
    ...forbiddenWords(content, id, notice),
  ]);
  const seen = new Set<string>();
  return findings.filter((finding) => {
    const name = [finding.rule, finding.pointer, finding.language, finding.regime === '*' ? '' : finding.source].join('\n');
    const covered = seen.has(name);
    seen.add(name);
    return !covered;
  });
}

function missingFacts(content: RecallContent, regime: string, { required }: NoticeRules): NoticeFinding[] {
  return required.flatMap(({ fact, source, evidence }) =>
    FACTS[fact](content).map(({ pointer, message }) => ({
      rule: `notice/missing-${fact.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      severity: 'warning' as const,
      pointer,
      regime,
      message,
      source,
      evidence,
    })),
  );
}

/** The author's words are needed in every language of the regime: a template can not translate a hazard. */
function missingLanguages(content: RecallContent, regime: string, { languages }: NoticeRules): NoticeFinding[] {
  return languages.flatMap((language) =>
    TEXTS.flatMap((name) => {
      const said = content.details?.translations?.[language]?.[name] ?? content[name];
      if (said === undefined || speaks(said, language)) return [];
      return {
        rule: 'notice/missing-language',
        severity: 'warning' as const,
        pointer: `/details/translations/${language}/${name}`,
        regime,
        language,
        message: `${name} is not said in ${language}`,
        source: 'Suyuan: every notice in Chinese and English; the language of each market',
        evidence: 'read' as const,
      };
    }),
  );
}

/** Han for Chinese, Latin without Han for English; what holds digits only speaks every language. */
function speaks(text: string, language: NoticeLanguage): boolean {
  const han = /\p{Script=Han}/u.test(text);
  const letters = /\p{Letter}/u.test(text);
  return language === 'zh-CN' ? han || !letters : !han;
}

function forbiddenWords(content: RecallContent, regime: string, { forbidden }: NoticeRules): NoticeFinding[] {
  return forbidden.flatMap(({ language, words, source, evidence }) =>
    textsOf(content).flatMap(({ pointer, text, language: written }) => {
      if (written !== undefined && written !== language) return [];
      const found = [...new Set(words.flatMap((word) => matchOf(word, text, language)))];
      return found.map((word) => ({
        rule: 'notice/softening-word',
        severity: 'warning' as const,
        pointer,
        regime,
        language,
        message: `“${word}” plays the risk down`,
        source,
        evidence,
      }));
    }),
  );
}

function matchOf(word: string, text: string, language: NoticeLanguage): string[] {
  const pattern = language === 'en' ? `(?<![\\p{Letter}])(?:${word})(?![\\p{Letter}])` : word;
  const found = new RegExp(pattern, 'iu').exec(text)?.[0];
  return found === undefined ? [] : [found];
}

interface PlacedText {
  readonly pointer: string;
  readonly text: string;
  /** Undefined where the author did not say: both languages' words are looked for. */
  readonly language?: NoticeLanguage;
}

function textsOf(content: RecallContent): PlacedText[] {
  const own = TEXTS.flatMap((name) => (content[name] === undefined ? [] : [{ pointer: `/${name}`, text: content[name] }]));
  const incidents = content.details?.incidents;
  return [
    ...own,
    ...(incidents === undefined ? [] : [{ pointer: '/details/incidents', text: incidents }]),
    ...NOTICE_LANGUAGES.flatMap((language) => {
      const translation: NoticeTranslation = content.details?.translations?.[language] ?? {};
      return Object.entries(translation).map(([name, text]) => ({
        pointer: `/details/translations/${language}/${name}`,
        text: String(text),
        language,
      }));
    }),
  ];
}

type Check = (content: RecallContent) => { readonly pointer: string; readonly message: string }[];

const lacks = (pointer: string, message: string, present: (content: RecallContent) => boolean): Check => {
  return (content) => (present(content) ? [] : [{ pointer, message }]);
};

const said = (text: string | undefined): boolean => (text ?? '').trim() !== '';

const FACTS: Readonly<Record<RequiredFact, Check>> = {
  gtin: ({ scope }) =>
    scope.include.flatMap(({ gtin }, index) =>
      gtin === undefined
        ? [{ pointer: `/scope/include/${index}/gtin`, message: 'no GTIN: tills and platforms can not match the product' }]
        : [],
    ),
  codes: ({ scope }) =>
    scope.include.flatMap(({ lots, lotPattern, serialRanges, producedBetween, inputLots }, index) =>
      (lots ?? lotPattern ?? serialRanges ?? producedBetween ?? inputLots) === undefined
        ? [
            {
              pointer: `/scope/include/${index}`,
              message: 'no lot, serial number or date of production: the whole product is recalled',
            },
          ]
        : [],
    ),
  codesPrintedAt: lacks('/details/codesPrintedAt', 'say where on the product the codes are printed', ({ details }) =>
    said(details?.codesPrintedAt),
  ),
  brand: lacks('/details/brand', 'the brand is missing', ({ details }) => said(details?.brand)),
  model: lacks('/details/model', 'the model or specification is missing', ({ details }) => said(details?.model)),
  picture: lacks('/details/picture', 'a picture of the product is missing', ({ details }) => said(details?.picture)),
  soldWhen: lacks(
    '/details/soldFrom',
    'say from when to when it was sold',
    ({ details }) => said(details?.soldFrom) && said(details?.soldUntil),
  ),
  soldWhere: lacks('/details/soldWhere', 'say where it was sold', ({ details }) => said(details?.soldWhere)),
  unitsAffected: lacks(
    '/details/unitsAffected',
    'say how many units are concerned',
    ({ details }) => details?.unitsAffected !== undefined,
  ),
  class: lacks('/class', 'the class of the recall is missing', (content) => said(content.class)),
  stopUsing: lacks('/instructions', 'tell people to stop using the product immediately', ({ instructions, details }) =>
    [instructions, details?.translations?.en?.instructions, details?.translations?.['zh-CN']?.instructions].some((text) =>
      /stop(?:ping)?\s+(?:\w+\s+(?:and|or)\s+)?us(?:ing|e)|do not use|停止(?:销售和|销售、)?使用|请勿使用|不要使用/i.test(
        text ?? '',
      ),
    ),
  ),
  remedy: lacks('/remedy', 'say what the buyer gets', ({ remedy }) => said(remedy)),
  twoRemedies: lacks(
    '/details/remedies',
    'offer at least two of repair, replacement and refund, unless that is impossible',
    ({ details }) => new Set(details?.remedies ?? []).size >= 2,
  ),
  phone: lacks('/contacts', 'a telephone number is missing', ({ contacts }) => contacts.some(({ phone }) => said(phone))),
  freeService: lacks(
    '/details/consumerLine',
    'a free telephone line or an interactive service on the web is missing',
    ({ details }) => said(details?.consumerLine) || said(details?.consumerUrl),
  ),
  incidents: lacks('/details/incidents', 'say which injuries and deaths are known, or that there are none', ({ details }) =>
    said(details?.incidents),
  ),
};
