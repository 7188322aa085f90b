import { ReportSource } from '../report-source';
import { Cell, number, Report, text, time } from '../table';

const COLUMNS = [
  text('party'),
  text('class'),
  text('certainty'),
  text('state'),
  text('product'),
  text('uom'),
  number('held'),
  number('inTransit'),
  number('sold'),
  number('consumed'),
  number('destroyed'),
  time('since'),
];

/** The recall at a glance: where it stands, and each holder with its goods. */
export function summary({ shown }: ReportSource): Report {
  const { recall, progress, holders } = shown;
  const rows = holders.flatMap((holder) =>
    (holder.quantities.length === 0 ? [{}] : holder.quantities).map((quantity: Readonly<Record<string, unknown>>) =>
      COLUMNS.map(({ name }) => (quantity[name] ?? holder[name] ?? null) as Cell),
    ),
  );
  const said = (name: string): readonly [string, Cell] => [name, (recall[name] ?? null) as Cell];
  return {
    kind: 'summary',
    title: `Recall report: ${String(recall['title'])}`,
    facts: [
      said('id'),
      said('state'),
      said('product'),
      said('reason'),
      said('hazard'),
      ...Object.entries(progress.tasks).map(([name, count]): readonly [string, Cell] => [`tasks ${name}`, count]),
    ],
    sheets: [{ name: 'Holders', columns: COLUMNS, rows }],
    json: shown,
  };
}
