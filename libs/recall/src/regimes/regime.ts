import { NoticeLanguage } from '../domain/notice-details';
import { LadderRung, WantedAnswer } from '../domain/holder-task.events';

/** Seconds, minutes, hours, calendar days, working days of the regime's calendar, months, years. */
export type Unit = 's' | 'min' | 'h' | 'cd' | 'wd' | 'mo' | 'y';

export interface Limit {
  readonly count: number;
  readonly unit: Unit;
}

/** How sure a source is: read in the text of the law, read elsewhere, or remembered and to be confirmed before use. */
export type Evidence = 'read' | 'second-hand' | 'unverified';

export interface Sourced {
  readonly source: string;
  readonly evidence: Evidence;
}

/** What a clock counts from. `signal`: when the danger was first known. `planned`: when the plan that stands was filed. */
export type Anchor =
  'signal' | 'notified' | 'assessed' | 'decided' | 'planned' | 'published' | 'activated' | 'amended' | 'completed' | 'terminated';

/** What of a recall's own facts meets a duty. */
export type MetBy = 'planned' | 'published' | 'activated' | 'completed' | 'terminated' | 'progress-report' | 'final-report';

export interface RegimeTimer extends Sourced {
  readonly name: string;
  readonly anchor: Anchor;
  readonly limit: Limit;
  readonly byClass?: Readonly<Record<string, Limit>>;
  /** The duty comes again after each such time, while the recall runs; in the unit of `limit`. */
  readonly every?: Limit;
  readonly everyByClass?: Readonly<Record<string, Limit>>;
  readonly duty: 'producer' | 'operator' | 'platform' | 'authority';
  /** To whom, in words. */
  readonly to?: string;
  /** Absent: the recall's own facts cannot tell whether it was done. */
  readonly met?: MetBy;
}

export type AnswerLimits = Readonly<Record<WantedAnswer, Limit>>;

/** What is done about an answer that is overdue, counted from when it was due. */
export interface LadderStep {
  readonly after: Limit;
  readonly step: LadderRung;
}

/** How many of the holders are checked: the fraction of each level, and the level that is usual. */
export interface Effectiveness extends Sourced {
  readonly level: string;
  readonly levelByClass?: Readonly<Record<string, string>>;
  readonly levels: Readonly<Record<string, number>>;
  /** Documented attempts before a holder counts as not responding. */
  readonly attempts: number;
}

/** What a notice may have to say; `notices/lint-notice.ts` knows how each is found. */
export const REQUIRED_FACTS = [
  'gtin',
  'codes',
  'codesPrintedAt',
  'brand',
  'model',
  'picture',
  'soldWhen',
  'soldWhere',
  'unitsAffected',
  'class',
  'stopUsing',
  'remedy',
  'twoRemedies',
  'phone',
  'freeService',
  'incidents',
] as const;
export type RequiredFact = (typeof REQUIRED_FACTS)[number];

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
  /** Stands over the notice; the first regime of a recall that has one decides. */
  readonly headline?: Readonly<Partial<Record<NoticeLanguage, string>>>;
  /** A line that this regime adds. */
  readonly line?: Readonly<Partial<Record<NoticeLanguage, string>>>;
  readonly required: readonly RequiredRule[];
  readonly forbidden: readonly ForbiddenRule[];
}

/** One body of recall law as data: what varies from law to law, and how sure each part of it is. */
export interface Regime {
  readonly id: string;
  readonly name: { readonly en: string; readonly 'zh-CN': string };
  readonly jurisdiction: string;
  readonly legalBasis: string;
  /** IANA name: days begin and end there. */
  readonly timeZone: string;
  /** Id of a calendar. */
  readonly calendar: string;
  readonly classes: readonly { readonly id: string; readonly meaning: string }[];
  readonly timers: readonly RegimeTimer[];
  /** From a notice to each of the holder's answers. Suyuan's own defaults: no law read here names them. */
  readonly answers: AnswerLimits;
  readonly answersByClass?: Readonly<Record<string, AnswerLimits>>;
  readonly ladder: readonly LadderStep[];
  readonly effectiveness: Effectiveness;
  readonly notice: NoticeRules;
  readonly plan: { readonly required: readonly string[] } & Sourced;
  readonly terminates: 'authority';
  readonly disposal: { readonly witness: boolean; readonly certificate: boolean };
  readonly retention: Limit & Sourced;
  readonly metrics: readonly string[];
  readonly evidence: Evidence;
}

/** Which days are worked. Dates are `YYYY-MM-DD`, by year; a year that is absent is not known. */
export interface WorkCalendar extends Sourced {
  readonly id: string;
  readonly name: string;
  /** ISO weekdays, 1 Monday to 7 Sunday. */
  readonly weekend: readonly number[];
  readonly years: Readonly<Record<string, CalendarYear>>;
  /** What it does not know; goes with every limit counted by it. */
  readonly note?: string;
}

export interface CalendarYear {
  /** Free though no weekend. */
  readonly holidays: readonly string[];
  /** Worked though weekend: made up for a holiday. */
  readonly workdays: readonly string[];
  /** Where each year has an announcement of its own. */
  readonly source?: string;
}
