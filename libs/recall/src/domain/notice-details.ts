/** Languages in which every notice is written. */
export const NOTICE_LANGUAGES = ['zh-CN', 'en'] as const;
export type NoticeLanguage = (typeof NOTICE_LANGUAGES)[number];

/** What the author of a recall wrote, in one more language. */
export interface NoticeTranslation {
  readonly title?: string;
  readonly product?: string;
  readonly reason?: string;
  readonly hazard?: string;
  readonly instructions?: string;
  readonly remedy?: string;
  readonly codesPrintedAt?: string;
  readonly soldWhere?: string;
}

/**
 * What a notice may say beyond the recall's own fields: the superset of what the regimes ask for. Everything is optional; the
 * linter says what a regime misses.
 */
export interface NoticeDetails {
  readonly brand?: string;
  readonly model?: string;
  readonly category?: string;
  /** Where on the goods or the pack the codes stand. */
  readonly codesPrintedAt?: string;
  /** Address of a picture of the product. */
  readonly picture?: string;
  /** RFC 3339 date or time, or words. */
  readonly soldFrom?: string;
  readonly soldUntil?: string;
  readonly soldWhere?: string;
  readonly unitsAffected?: number;
  readonly legalBasis?: string;
  readonly orderNumber?: string;
  /** GS1 reason code, e.g. ALLERGY_HAZARD_PEANUTS. */
  readonly reasonCode?: string;
  /** Incidents, injuries and deaths, in words. */
  readonly incidents?: string;
  readonly remedies?: readonly ('repair' | 'replacement' | 'refund')[];
  /** Free of charge for consumers: a telephone line or an address on the web. */
  readonly consumerLine?: string;
  readonly consumerUrl?: string;
  /** Telephone outside office hours. */
  readonly afterHours?: string;
  readonly translations?: Partial<Record<NoticeLanguage, NoticeTranslation>>;
}
