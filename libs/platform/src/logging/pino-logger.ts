import pino, { DestinationStream, Logger, stdTimeFunctions } from 'pino';
import { LogLevel } from '../settings/settings';
import { currentIds } from '../tracing/spans';

/**
 * JSON lines on stderr, with `trace_id` and `span_id` where something is traced: stdout belongs to what is printed for people and scripts (the URLs, `suyuan ready`). Written
 * synchronously, so that the last words before a crash are not lost.
 */
export function createLogger(
  level: LogLevel,
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      // The names under which the log data model of OpenTelemetry knows them.
      mixin: currentIds,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: ['req.headers.authorization', 'headers.authorization'], censor: '[key]' },
    },
    destination,
  );
}
