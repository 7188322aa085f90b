import { Problem } from '@suyuan/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CAPTURE_BYTES_MAX, CAPTURE_EVENTS_MAX } from '../document/capture-limits';
import type { ErrorBehaviour } from '../jobs/capture-job';

const VERSION = '2.0.0';

/** `OPTIONS` of the EPCIS binding: what is supported (EPCIS 2.0, 8.2.3). */
export function discover(reply: FastifyReply, allow: string, more: Readonly<Record<string, string>> = {}): void {
  reply.headers({
    Allow: allow,
    'GS1-EPCIS-Version': VERSION,
    'GS1-EPCIS-Min': VERSION,
    'GS1-EPCIS-Max': VERSION,
    'GS1-CBV-Version': VERSION,
    'GS1-CBV-Min': VERSION,
    'GS1-CBV-Max': VERSION,
    'GS1-EPC-Format': 'Never_Translates',
    'GS1-Vendor-Version': 'suyuan',
    ...more,
  });
}

/** What capture itself announces. */
export const CAPTURE_HEADERS = {
  'GS1-EPCIS-Capture-Limit': String(CAPTURE_EVENTS_MAX),
  'GS1-EPCIS-Capture-File-Size-Limit': String(CAPTURE_BYTES_MAX),
  'GS1-Capture-Error-Behaviour': 'all',
} as const;

/** The versions of an answer. */
export function stampVersions(reply: FastifyReply): void {
  reply.headers({ 'GS1-EPCIS-Version': VERSION, 'GS1-CBV-Version': VERSION });
}

/** 406 where the client's least or greatest version excludes ours. */
export function checkVersions(request: FastifyRequest): void {
  for (const standard of ['epcis', 'cbv']) {
    for (const [bound, excludes] of [
      ['min', (major: number) => major > 2],
      ['max', (major: number) => major < 2],
    ] as const) {
      const text = request.headers[`gs1-${standard}-${bound}`];
      if (text === undefined) continue;
      const major = typeof text === 'string' && /^\d+(\.\d+)*$/.test(text) ? Number(text.split('.')[0]) : Number.NaN;
      if (!Number.isNaN(major) && !excludes(major)) continue;
      throw new Problem(
        406,
        'epcisException:NotAcceptableException',
        'Not acceptable',
        `GS1-${standard.toUpperCase()}-${bound} must admit ${VERSION}.`,
      );
    }
  }
}

/** `GS1-Capture-Error-Behaviour`, default rollback (EPCIS 2.0, 8.2.7). */
export function errorBehaviour(request: FastifyRequest): ErrorBehaviour {
  const behaviour = request.headers['gs1-capture-error-behaviour'] ?? 'rollback';
  if (behaviour === 'rollback' || behaviour === 'proceed') return behaviour;
  throw Problem.badRequest('epcisException:ValidationException', 'GS1-Capture-Error-Behaviour must be rollback or proceed.');
}
