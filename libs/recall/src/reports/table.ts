/** A report as data: facts above, tables below. Formats only draw it. */
export interface Report {
  readonly kind: string;
  readonly title: string;
  readonly facts: readonly (readonly [string, Cell])[];
  readonly sheets: readonly Sheet[];
  /** The report for machines; where absent, facts and sheets are. */
  readonly json?: object;
  /** Where a form asks for what Suyuan cannot know: said, never made up. */
  readonly notes?: readonly string[];
}

export interface Sheet {
  /** At most 31 characters, none of `[]:*?/\`. */
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface Column {
  readonly name: string;
  readonly type: 'text' | 'number' | 'time';
}

/** Times are RFC 3339 text. Empty: not known. */
export type Cell = string | number | null;

export const text = (name: string): Column => ({ name, type: 'text' });
export const number = (name: string): Column => ({ name, type: 'number' });
export const time = (name: string): Column => ({ name, type: 'time' });
