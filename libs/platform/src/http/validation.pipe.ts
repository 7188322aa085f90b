import { ArgumentMetadata, ValidationError, ValidationPipe } from '@nestjs/common';
import { InputFault, Problem } from './problem';

/**
 * Checks bodies and queries against their class-validator classes: unknown fields are refused, every fault is named with
 * its JSON pointer and rule, the status is 400. A missing body counts as `{}`, so that its missing fields are named.
 */
export class InputPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: false,
      stopAtFirstError: false,
      exceptionFactory: (errors) => {
        const faults = errors.flatMap((error) => faultsOf(error, ''));
        const first = faults[0];
        return Problem.badRequest(
          'invalid-input',
          first === undefined ? 'The input is not valid.' : `${first.pointer}: ${first.message}.`,
          faults,
        );
      },
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const declared = metadata.metatype;
    const isShape = declared !== undefined && declared !== Object && this.toValidate(metadata);
    if (metadata.type === 'body' && isShape) {
      if (
        value !== undefined &&
        (typeof value !== 'object' || value === null || (Array.isArray(value) && (declared as unknown) !== Array))
      )
        throw Problem.badRequest('invalid-input', 'The body must be a JSON object.', [
          { pointer: '', rule: 'type', message: 'must be an object' },
        ]);
      return super.transform(value ?? {}, metadata) as Promise<unknown>;
    }
    return super.transform(value, metadata) as Promise<unknown>;
  }
}

function faultsOf(error: ValidationError, above: string): InputFault[] {
  const pointer = `${above}/${error.property.replace(/~/g, '~0').replace(/\//g, '~1')}`;
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) =>
    rule === 'whitelistValidation'
      ? { pointer, rule: 'unknown-field', message: `${error.property} is not known here` }
      : { pointer, rule: kebab(rule), message },
  );
  return [...own, ...(error.children ?? []).flatMap((child) => faultsOf(child, pointer))];
}

function kebab(rule: string): string {
  return rule.replace(/[A-Z]/g, (letter, at: number) => `${at > 0 ? '-' : ''}${letter.toLowerCase()}`);
}
