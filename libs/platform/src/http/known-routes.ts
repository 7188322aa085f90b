import { FastifyInstance } from 'fastify';

/**
 * Which methods a path knows, to tell 405 from 404. Call `learn` before the first route is registered.
 * A pattern segment is a literal, a `:name` or a closing `*`.
 */
export class KnownRoutes {
  private readonly routes = new Map<string, { pattern: RegExp; methods: Set<string> }>();

  learn(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', (route) => {
      const known = this.routes.get(route.url) ?? { pattern: matcher(route.url), methods: new Set<string>() };
      for (const method of [route.method].flat()) known.methods.add(method.toUpperCase());
      this.routes.set(route.url, known);
    });
  }

  /** Every route as `METHOD /pattern`, in alphabetical order. */
  list(): string[] {
    return [...this.routes].flatMap(([url, { methods }]) => [...methods].map((method) => `${method} ${url}`)).sort();
  }

  /** The methods of the routes that match `path` (without its query), in alphabetical order. */
  methodsOf(path: string): string[] {
    const found = [...this.routes.values()].filter((route) => route.pattern.test(path)).flatMap((route) => [...route.methods]);
    return [...new Set(found)].sort();
  }
}

function matcher(url: string): RegExp {
  const escaped = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/:[A-Za-z_]\w*/g, '[^/]+').replace(/\*/g, '.*')}/?$`);
}
