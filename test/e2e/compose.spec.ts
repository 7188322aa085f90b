import { readSettings, SETTING_NAMES } from '@suyuan/platform';
import { load, YAML11_SCHEMA } from 'js-yaml';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface ComposeService {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly volumes?: readonly string[];
  readonly image?: string;
}
interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const root = path.resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, 'docker', file), 'utf8');
const ROLES = ['capture', 'trace', 'recall', 'notify', 'relay'];

/** Not what docker itself would say of them, which is not everywhere; but that what they name is there. */
describe.each(['compose.yaml', 'compose.distributed.yaml', 'compose.three.yaml'])('docker/%s', (file) => {
  const { services, volumes } = load(read(file), { schema: YAML11_SCHEMA }) as Compose;
  const ours = Object.entries(services).filter(([, { environment = {} }]) => 'SUYUAN_DATABASE_URL' in environment);

  it('sets what the product knows, and runs roles that exist', () => {
    expect(ours.length).toBeGreaterThan(0);
    for (const [, { environment = {}, command = ['standalone'] }] of ours) {
      expect(Object.keys(environment).filter((name) => !(SETTING_NAMES as readonly string[]).includes(name))).toEqual([]);
      expect(existsSync(path.join(root, 'apps', command[0] ?? '', 'src/main.ts'))).toBe(true);
      expect(['all', 'serve', 'follow']).toContain(command[1] ?? 'all');
    }
    const run = new Set(ours.map(([, { command }]) => command?.[0] ?? 'standalone'));
    expect([...run].sort()).toEqual(file === 'compose.yaml' ? ['standalone'] : [...ROLES].sort());
  });

  it('refers to services, volumes and brokers that it has', () => {
    for (const { depends_on = [], volumes: mounts = [], environment = {} } of Object.values(services)) {
      const waited = Array.isArray(depends_on) ? (depends_on as string[]) : Object.keys(depends_on);
      expect(waited.filter((name) => !(name in services))).toEqual([]);
      const named = mounts.map((mount) => mount.split(':')[0] ?? '').filter((name) => !name.startsWith('.'));
      expect(named.filter((name) => !(name in volumes))).toEqual([]);
      const brokers = String(environment['SUYUAN_KAFKA_BROKERS'] ?? '')
        .split(',')
        .filter(Boolean);
      expect(brokers.filter((broker) => !((broker.split(':')[0] ?? '') in services))).toEqual([]);
    }
  });

  it('passes calls on to services that it has', () => {
    if (!('gateway' in services)) return;
    const hosts = [...read('gateway.conf').matchAll(/set \$\w+ (\w+):8080;/g)].map(([, host = '']) => host);
    expect(hosts.sort()).toEqual([...ROLES].sort());
    expect(hosts.filter((host) => !(host in services))).toEqual([]);
  });
});

describe('docker/compose.kurrentdb.yaml', () => {
  const text = read('compose.kurrentdb.yaml');
  const { services, volumes } = load(text, { schema: YAML11_SCHEMA }) as Compose;

  it('starts the server that its instructions name, and keeps what it holds', () => {
    const [, url = ''] = /export SUYUAN_EVENT_STORE='([^']+)'/.exec(text) ?? [];
    const { eventStoreUrl } = readSettings({ SUYUAN_EVENT_STORE: url });
    expect(Object.keys(services)).toEqual([new URL(eventStoreUrl ?? '').hostname]);
    expect(Object.values(services).flatMap(({ volumes: mounts = [] }) => mounts.map((mount) => mount.split(':')[0]))).toEqual(
      Object.keys(volumes),
    );
  });

  it.each(['compose.yaml', 'compose.distributed.yaml', 'compose.three.yaml'])('reaches every process in %s', (file) => {
    const { services: others } = load(read(file), { schema: YAML11_SCHEMA }) as Compose;
    for (const { environment = {} } of Object.values(others))
      if ('SUYUAN_DATABASE_URL' in environment) expect(environment['SUYUAN_EVENT_STORE']).toBe('${SUYUAN_EVENT_STORE:-}');
  });
});
