import 'reflect-metadata';
import type { DynamicModule, ModuleMetadata, Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants';

type Importable = NonNullable<ModuleMetadata['imports']>[number];

/**
 * The same modules with the routes of `serves` only: a service needs the answers of libraries whose routes another one
 * serves. What a module provides and exports is untouched.
 */
export function serving(root: DynamicModule, serves: readonly Type[]): DynamicModule {
  return new Serving(new Set(serves)).dynamic(root);
}

class Serving {
  private readonly made = new Map<Type, Type>();

  constructor(private readonly serves: ReadonlySet<Type>) {}

  dynamic(given: DynamicModule): DynamicModule {
    const { controllers, imports, exports: exported, ...rest } = given;
    return {
      ...rest,
      module: this.static(given.module),
      ...(imports === undefined ? {} : { imports: (imports as Importable[]).map((one) => this.importable(one)) }),
      ...(exported === undefined ? {} : { exports: this.exported(exported) as NonNullable<ModuleMetadata['exports']> }),
      ...(controllers === undefined || !this.serves.has(given.module) ? {} : { controllers }),
    };
  }

  private importable(given: Importable): Importable {
    if (typeof given === 'function') return this.static(given as Type);
    if (given instanceof Promise) return given.then((module) => this.dynamic(module));
    return 'module' in given ? this.dynamic(given) : given;
  }

  /** A module may export those that it imports: then it exports what they have become. */
  private exported(given: readonly unknown[]): unknown[] {
    return given.map((one) => this.made.get(one as Type) ?? one);
  }

  /** A subclass that inherits everything but its controllers; one for each module, so that it stays one module. */
  private static(given: Type): Type {
    const known = this.made.get(given);
    if (known !== undefined) return known;
    const quiet = { [given.name]: class extends given {} }[given.name] as Type;
    this.made.set(given, quiet);
    const imports = (Reflect.getMetadata(MODULE_METADATA.IMPORTS, given) ?? []) as Importable[];
    Reflect.defineMetadata(
      MODULE_METADATA.IMPORTS,
      imports.map((one) => this.importable(one)),
      quiet,
    );
    const exported = (Reflect.getMetadata(MODULE_METADATA.EXPORTS, given) ?? []) as unknown[];
    Reflect.defineMetadata(MODULE_METADATA.EXPORTS, this.exported(exported), quiet);
    if (!this.serves.has(given)) Reflect.defineMetadata(MODULE_METADATA.CONTROLLERS, [], quiet);
    return quiet;
  }
}
