import { SetMetadata } from '@nestjs/common';

/**
 * Marks an endpoint of the platform as open to everybody: the same mark that access's `Public()` sets and its guard
 * reads. Platform knows no other library, so it can't use that one.
 */
export const KeylessEndpoint = (): ClassDecorator & MethodDecorator => SetMetadata('suyuan:public', true);
