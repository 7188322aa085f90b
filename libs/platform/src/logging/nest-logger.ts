import { LoggerService } from '@nestjs/common';
import { Logger } from 'pino';
import { StartRefusal } from '../settings/start-refusal';

/** Start-up chatter of the framework, which tells an operator nothing. */
const CHATTER = new Set(['InstanceLoader', 'RouterExplorer', 'RoutesResolver', 'NestFactory', 'NestApplication']);

/** Lets Nest, and every `new Logger(context)` of the modules, write through pino. */
export class NestLogger implements LoggerService {
  constructor(private readonly pino: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    const { context } = split(rest);
    this.write(context !== undefined && CHATTER.has(context) ? 'debug' : 'info', message, rest);
  }
  /** A refusal to start is printed in one line by whoever starts the process; the framework's stack adds nothing to it. */
  error(message: unknown, ...rest: unknown[]): void {
    this.write(message instanceof StartRefusal ? 'debug' : 'error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  private write(
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    rest: readonly unknown[],
  ): void {
    const { context, more } = split(rest);
    const err = message instanceof Error ? message : more.find((value) => value instanceof Error);
    const stack = more.find((value) => typeof value === 'string');
    this.pino[level](
      { ...(context !== undefined && { context }), ...(err !== undefined && { err }), ...(stack !== undefined && { stack }) },
      message instanceof Error ? message.message : typeof message === 'string' ? message : JSON.stringify(message),
    );
  }
}

/** Nest passes the context as the last parameter. */
function split(rest: readonly unknown[]): { context: string | undefined; more: readonly unknown[] } {
  const last = rest.at(-1);
  return typeof last === 'string' ? { context: last, more: rest.slice(0, -1) } : { context: undefined, more: rest };
}
