import { load, YAML11_SCHEMA } from 'js-yaml';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gln, gtin } from '../support/gs1';
import { metricsOf } from '../support/promql';
import { readScrape, Scraped } from '../support/scrape';
import { StandaloneProduct } from '../support/standalone-product';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook_url: string };
}
interface Panel {
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly w: number };
  readonly targets?: readonly { readonly expr: string }[];
}
interface Compose {
  readonly services: Readonly<Record<string, { readonly volumes?: readonly string[] }>>;
}
interface PrometheusConfig {
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly {
    readonly job_name: string;
    readonly dns_sd_configs: readonly { readonly names: string[] }[];
  }[];
}

const root = path.resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const rules = (load(read('docker/observability/alerts.yaml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);
const { panels } = JSON.parse(read('docker/observability/grafana/dashboards/suyuan.json')) as { panels: Panel[] };
const expressions = [
  ...rules.map(({ alert, expr }): [string, string] => [alert, expr]),
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }): [string, string] => [title, expr])),
];
/** Said by Prometheus itself of whatever it scrapes. */
const ITS_OWN = new Set(['up']);
const ITS_LABELS = ['job', 'instance', 'service', 'le'];

let scraped: ReadonlyMap<string, Scraped>;

beforeAll(async () => {
  const server = await StandaloneProduct.start({ SUYUAN_KAFKA_BROKERS: '127.0.0.1:1', SUYUAN_EGRESS_ALLOW: '127.0.0.0/8' });
  try {
    const row = { product: gtin(1), lot: 'F1', serials: ['1'], place: gln(1), at: '2026-05-01T08:00:00+08:00' };
    for (const body of [row, row, { ...row, place: 'nowhere' }]) await server.call('POST', '/api/v1/events/production', body);
    scraped = readScrape(String((await server.call('GET', '/metrics', undefined, { key: null })).body));
  } finally {
    await server.remove();
  }
});

/** The metric that a series belongs to. */
const described = (series: string): Scraped | undefined =>
  scraped.get(series) ??
  [scraped.get(series.replace(/_(?:bucket|sum|count)$/, ''))].find((one) => one?.type === 'histogram' || one?.type === 'summary');

describe('alert rules and dashboard', () => {
  it('there are some, and a reader of PromQL that can say no', () => {
    expect(rules.length).toBeGreaterThan(15);
    expect(expressions.length).toBeGreaterThan(40);
    expect(() => metricsOf('sum( > 0')).toThrow();
    expect(metricsOf('max by (a) (rate(x_total{b="c", d=~"e"}[5m])) > on (f) y')).toEqual([
      { metric: 'x_total', labels: { b: 'c', d: undefined } },
      { metric: 'y', labels: {} },
    ]);
  });

  it.each(expressions)('%s asks for what is there: %s', (_, expression) => {
    const asked = metricsOf(expression);
    expect(asked.length).toBeGreaterThan(0);
    for (const { metric, labels } of asked) {
      if (ITS_OWN.has(metric)) continue;
      const known = described(metric);
      expect([metric, known === undefined]).toEqual([metric, false]);
      const samples = known?.samples ?? [];
      for (const [label, value] of Object.entries(labels)) {
        if (ITS_LABELS.includes(label) || samples.length === 0) continue;
        expect([metric, label, samples.some((sample) => label in sample.labels)]).toEqual([metric, label, true]);
        const isSeen = value === undefined || samples.some((sample) => sample.labels[label] === value);
        expect([metric, label, value, isSeen]).toEqual([metric, label, value, true]);
      }
    }
  });

  it('leave nothing out that the product says of itself', () => {
    const asked = new Set(expressions.flatMap(([, expression]) => metricsOf(expression).map(({ metric }) => described(metric))));
    const unseen = [...scraped].filter(([name, metric]) => name.startsWith('suyuan_') && !asked.has(metric));
    expect(unseen.map(([name]) => name)).toEqual([]);
  });

  it('alerts have one name each, a weight, and a chapter that says what to do', () => {
    const guide = read('docs/operations.md');
    const chapters = new Map(
      guide.split(/^### /m).map((text): [string, string] => {
        const [title = '', ...lines] = text.split('\n');
        return [title.trim().toLowerCase(), lines.join('\n').trim()];
      }),
    );
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, labels, annotations } of rules) {
      expect(['page', 'ticket']).toContain(labels.severity);
      expect(annotations.runbook_url).toBe(`docs/operations.md#${alert.toLowerCase()}`);
      expect([alert, (chapters.get(alert.toLowerCase()) ?? '').length > 80]).toEqual([alert, true]);
      expect(annotations.summary.length).toBeGreaterThan(20);
    }
    const named = [...guide.matchAll(/^### (Suyuan\w+)$/gm)].map(([, name]) => name);
    expect(named.filter((name) => !rules.some(({ alert }) => alert === name))).toEqual([]);
    // Metrics that the guide speaks of are there.
    const spoken = [...guide.matchAll(/\bsuyuan_[a-z_]+\b/g)].map(([name]) => name);
    expect(spoken.filter((name) => described(name) === undefined)).toEqual([]);
  });

  it('panels fit their grid', () => {
    for (const { title, gridPos } of panels) expect([title, gridPos.x + gridPos.w <= 24]).toEqual([title, true]);
  });
});

describe('docker/compose.observability.yaml', () => {
  const overlay = load(read('docker/compose.observability.yaml')) as Compose;
  const config = load(read('docker/observability/prometheus.yaml')) as PrometheusConfig;
  const mounts = Object.values(overlay.services).flatMap(({ volumes = [] }) => volumes.map((mount) => mount.split(':')));

  it('mounts what is there, where it is looked for', () => {
    const files = mounts.filter(([source = '']) => source.startsWith('.'));
    expect(files.length).toBeGreaterThan(3);
    for (const [source = ''] of files) expect([source, existsSync(path.join(root, 'docker', source))]).toEqual([source, true]);
    const targets = mounts.map(([, target]) => target);
    for (const file of config.rule_files) expect(targets).toContain(file);
    expect(read('docker/observability/grafana/provisioning/dashboards/suyuan.yaml')).toContain('/var/lib/grafana/dashboards');
  });

  it('scrapes every process of every file', () => {
    const scrapes = new Set(config.scrape_configs.flatMap(({ dns_sd_configs: found }) => found.flatMap(({ names }) => names)));
    const ours = new Set(
      ['compose.yaml', 'compose.distributed.yaml', 'compose.three.yaml'].flatMap((file) => {
        const { services } = load(read(`docker/${file}`), { schema: YAML11_SCHEMA }) as {
          services: Record<string, { environment?: Record<string, unknown> }>;
        };
        return Object.keys(services).filter((name) => 'SUYUAN_DATABASE_URL' in (services[name]?.environment ?? {}));
      }),
    );
    expect([...scrapes].sort()).toEqual([...ours].sort());
  });
});
