import { NoticeLanguage } from '../domain/notice-details';

/** What a notice may have to say; `lint-notice.ts` knows how each is found. */
export type RequiredFact =
  | 'gtin'
  | 'codes'
  | 'codesPrintedAt'
  | 'brand'
  | 'model'
  | 'picture'
  | 'soldWhen'
  | 'soldWhere'
  | 'unitsAffected'
  | 'class'
  | 'stopUsing'
  | 'remedy'
  | 'twoRemedies'
  | 'phone'
  | 'freeService'
  | 'incidents';

/** How sure the source is: read in the text of the law, read elsewhere, or remembered and to be confirmed. */
type Evidence = 'read' | 'second-hand' | 'unverified';

interface Sourced {
  readonly source: string;
  readonly evidence: Evidence;
}

export interface RequiredRule extends Sourced {
  readonly fact: RequiredFact;
}

/** Words that play a hazard down. Patterns are matched without regard to case. */
export interface ForbiddenRule extends Sourced {
  readonly language: NoticeLanguage;
  readonly words: readonly string[];
}

export interface NoticeRules {
  readonly languages: readonly NoticeLanguage[];
  readonly required: readonly RequiredRule[];
  readonly forbidden: readonly ForbiddenRule[];
}

const asks = (source: string, evidence: Evidence, ...facts: RequiredFact[]): RequiredRule[] =>
  facts.map((fact) => ({ fact, source, evidence }));

const SOFTENING_SOURCE = 'Regulation (EU) 2023/988, Art. 36(2)(c)';
const softening: readonly ForbiddenRule[] = [
  {
    language: 'en',
    words: [
      'voluntar(?:y|ily)',
      'precaution(?:ary)?',
      'discretion(?:ary)?',
      'in (?:very |extremely )?rare (?:situations|cases|circumstances)',
      'in (?:certain |very )?specific (?:situations|cases|circumstances)',
      'no (?:reported |known )?(?:accidents|incidents)(?: (?:have been )?reported)?',
    ],
    source: SOFTENING_SOURCE,
    evidence: 'read',
  },
  {
    language: 'zh-CN',
    words: [
      '自愿',
      '主动召回',
      '预防性',
      '出于谨慎',
      '酌情',
      '极少数情况',
      '个别情况',
      '特定情况下',
      '(?:未|没有|尚无)(?:收到|接到|发生)?[^，。；]{0,6}事故',
    ],
    source: SOFTENING_SOURCE,
    evidence: 'read',
  },
];

/** Rules that every notice has, whatever the regime: without them nobody can find the goods. */
const everywhere = asks('Suyuan: a holder must be able to find the goods and to ask', 'read', 'gtin', 'codes', 'phone');

/** What the law of each regime asks of a notice, as data. */
export const NOTICE_RULES: Readonly<Record<string, NoticeRules>> = {
  '*': { languages: ['zh-CN', 'en'], required: everywhere, forbidden: [] },
  'cn-consumer': {
    languages: ['zh-CN'],
    required: [
      ...asks('市场监管总局公告2025年第21号 (商品条码)', 'second-hand', 'gtin'),
      ...asks('消费品召回管理暂行规定', 'second-hand', 'codesPrintedAt', 'phone', 'remedy'),
    ],
    forbidden: [],
  },
  'cn-food': {
    languages: ['zh-CN'],
    required: asks('食品召回管理办法', 'second-hand', 'codes', 'class', 'phone', 'soldWhere'),
    forbidden: [],
  },
  'cn-drug': {
    languages: ['zh-CN'],
    required: asks('药品召回管理办法 (2022)', 'unverified', 'model', 'codes', 'class', 'phone'),
    forbidden: [],
  },
  'cn-device': {
    languages: ['zh-CN'],
    required: asks('医疗器械召回管理办法 (Order 29, 2017)', 'second-hand', 'model', 'codes', 'class', 'phone'),
    forbidden: [],
  },
  'eu-gpsr': {
    languages: ['en'],
    required: [
      ...asks(
        'Regulation (EU) 2023/988, Art. 36(2)',
        'read',
        'picture',
        'brand',
        'codes',
        'codesPrintedAt',
        'soldWhen',
        'soldWhere',
        'stopUsing',
      ),
      ...asks('Regulation (EU) 2023/988, Art. 36(2)(f)', 'read', 'freeService'),
      ...asks('Regulation (EU) 2023/988, Art. 37(2)', 'read', 'twoRemedies'),
    ],
    forbidden: softening,
  },
  'eu-food': {
    languages: ['en'],
    required: asks('Regulation (EC) 178/2002, Art. 19', 'unverified', 'codes', 'phone'),
    forbidden: [],
  },
  'us-cpsc': {
    languages: ['en'],
    required: asks(
      '15 USC 2064(i)(2)',
      'read',
      'model',
      'picture',
      'unitsAffected',
      'soldWhen',
      'soldWhere',
      'incidents',
      'remedy',
      'phone',
    ),
    forbidden: [],
  },
  'us-fda-part7': {
    languages: ['en'],
    required: asks('21 CFR 7.49(c)', 'second-hand', 'codes', 'class', 'phone'),
    forbidden: [],
  },
  'us-fsma204': { languages: ['en'], required: asks('21 CFR 1 subpart S', 'second-hand', 'codes'), forbidden: [] },
  drill: { languages: ['zh-CN', 'en'], required: [], forbidden: [] },
};
