/** One fault in the input: `pointer` is a JSON pointer (or `row`/`field` for tabular input), `rule` a stable code. */
export interface InputFault {
  readonly pointer?: string;
  readonly row?: number;
  readonly field?: string;
  readonly rule: string;
  readonly message: string;
}

/** RFC 9457 problem details, thrown anywhere on the way of a request and rendered in one place (`problem.filter.ts`). */
export class Problem extends Error {
  constructor(
    /** HTTP status. */
    readonly status: number,
    /** Stable code such as `recall/not-the-terminating-authority`; becomes `type`. */
    readonly code: string,
    readonly title: string,
    readonly detail?: string,
    readonly errors?: readonly InputFault[],
    readonly headers: Readonly<Record<string, string>> = {},
    /** More members of the problem object. */
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail ?? title);
  }

  static badRequest(code: string, detail: string, errors?: readonly InputFault[]): Problem {
    return new Problem(400, code, 'Bad request', detail, errors);
  }
  static unauthorized(detail: string): Problem {
    return new Problem(401, 'access/unauthorized', 'Unauthorized', detail, undefined, { 'WWW-Authenticate': 'Bearer' });
  }
  static forbidden(code: string, detail: string): Problem {
    return new Problem(403, code, 'Forbidden', detail);
  }
  static notFound(detail: string): Problem {
    return new Problem(404, 'not-found', 'Not found', detail);
  }
  static conflict(code: string, detail: string, extra?: Readonly<Record<string, unknown>>): Problem {
    return new Problem(409, code, 'Conflict', detail, undefined, {}, extra);
  }
  static unprocessable(code: string, detail: string, errors?: readonly InputFault[]): Problem {
    return new Problem(422, code, 'Unprocessable content', detail, errors);
  }
}
