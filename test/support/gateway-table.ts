import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './root';

const FILE = path.join(ROOT, 'docker/gateway.conf');

/** Which service answers a path: read out of docker/gateway.conf, by the longest prefix. */
export class GatewayTable {
  private readonly locations: readonly (readonly [prefix: string, service: string])[];

  constructor(text = readFileSync(FILE, 'utf8')) {
    const found = [...text.matchAll(/location (\S+) \{ proxy_pass http:\/\/\$(\w+); \}/g)];
    this.locations = found
      .map(([, prefix = '', service = '']) => [prefix, service] as const)
      .sort(([a], [b]) => b.length - a.length);
  }

  serviceOf(address: string): string {
    const found = this.locations.find(([prefix]) => address.startsWith(prefix));
    if (found === undefined) throw new Error(`nobody answers ${address}`);
    return found[1];
  }
}
