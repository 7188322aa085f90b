import { InputFault, Problem } from './problem';

/** RFC 9457 section 3.1, with `errors` for faults of the input. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** The request: `urn:suyuan:request:<id>`, to be found in the log. */
  readonly instance: string;
  readonly errors?: readonly InputFault[];
  readonly [extra: string]: unknown;
}

export const PROBLEM_JSON = 'application/problem+json; charset=utf-8';

export function problemBody(problem: Problem, requestId: string): ProblemBody {
  return {
    ...problem.extra,
    type: typeOf(problem.code),
    title: problem.title,
    status: problem.status,
    ...(problem.detail !== undefined && { detail: problem.detail }),
    instance: `urn:suyuan:request:${requestId}`,
    ...(problem.errors !== undefined && problem.errors.length > 0 && { errors: problem.errors }),
  };
}

/** A code that is a URI already (`epcisException:…`, `https:…`) is the type; ours become a URN. */
function typeOf(code: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.test(code) ? code : `urn:suyuan:problem:${code}`;
}
