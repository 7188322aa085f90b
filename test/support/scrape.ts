/** One metric as a process of the product shows it. */
export interface Scraped {
  readonly type: string;
  readonly help: string;
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/** Reads the text format 0.0.4 of Prometheus; throws for a line that is none. Buckets and sums count as their metric's samples. */
export function readScrape(text: string): ReadonlyMap<string, Scraped> {
  const metrics = new Map<string, { type: string; help: string; samples: Scraped['samples'][number][] }>();
  const known = (name: string): { type: string; help: string; samples: Scraped['samples'][number][] } => {
    const metric = metrics.get(name) ?? { type: '', help: '', samples: [] };
    metrics.set(name, metric);
    return metric;
  };
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const [, kind, about = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === 'HELP') known(about).help = rest;
    else if (kind === 'TYPE') known(about).type = rest;
    else {
      const [, name = '', labels = '', value = ''] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      if (name === '') throw new Error(`no line of the text format: ${line}`);
      const base = metrics.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/, '');
      known(base).samples.push({ labels: readLabels(labels), value: Number(value.replace('+Inf', 'Infinity')) });
    }
  }
  return metrics;
}

function readLabels(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name = '', value = '']) => [name, value]));
}
