import type { PlatformParts } from '@suyuan/platform';
import type { DynamicModule, Type } from '@nestjs/common';

/** `each`: in every process of the service. `one`: in one process at a time, of all that could. */
export type Share = 'each' | 'one';

/** What one service does of the whole product. */
export interface Role {
  /** As in `apps/`. */
  readonly name: string;
  readonly module: (parts: PlatformParts) => DynamicModule;
  /** Modules whose routes it serves; beside them only health, metrics and the API's description. */
  readonly serves: readonly Type[];
  /** Its runners by name. Others that its modules bring are another service's work. */
  readonly runs: Readonly<Record<string, Share>>;
  /** Followers, wherever they run, that its answers rest on: `?atLeast=` and readiness ask for them. */
  readonly needs: readonly string[];
  /** Makes the first administrator's key where none is set; one service does. */
  readonly makesAdminKey?: boolean;
  /** What it can't do without, beside the database. */
  readonly needsKafka?: boolean;
}

/** `all`; `serve`: routes only; `follow`: the runners that are one's only. So that both can be scaled apart. */
export const PARTS = ['all', 'serve', 'follow'] as const;
export type Part = (typeof PARTS)[number];
