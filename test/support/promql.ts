import { parser } from '@prometheus-io/lezer-promql';

const strict = parser.configure({ strict: true });

/** What an expression asks of one metric: its name, and the labels it compares, with the value where it wants just that one. */
export interface Asked {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string | undefined>>;
}

/** The metrics that a PromQL expression reads. Throws for what Prometheus would not take. */
export function metricsOf(expression: string): Asked[] {
  // Grafana puts a duration in place of this one.
  const text = expression.replaceAll('$__rate_interval', '5m');
  const asked: { metric: string; labels: Record<string, string | undefined> }[] = [];
  strict.parse(text).iterate({
    enter: ({ type: { name }, node, from, to }) => {
      if (name === 'VectorSelector') asked.push({ metric: '', labels: {} });
      const last = asked.at(-1);
      if (last === undefined) return;
      if (name === 'Identifier' && node.parent?.type.name === 'VectorSelector') last.metric = text.slice(from, to);
      if (name !== 'UnquotedLabelMatcher') return;
      const [, label = '', operator, value] = /^\s*(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/.exec(text.slice(from, to)) ?? [];
      last.labels[label] = operator === '=' ? value : undefined;
    },
  });
  return asked;
}
