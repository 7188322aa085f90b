import { Database, Sql } from '@suyuan/platform';
import { FamilyLink, TransformationSide } from './family-links';

/** The name of the checkpoint up to which the log's links are stored. */
export const LINKS_CHECKPOINT = 'check-links';

/** The links between families on disk, so that a start need not read the whole log again. Rows are only ever added. */
export class LinkStore {
  constructor(private readonly database: Database) {}

  async load(sql: Sql): Promise<FamilyLink[]> {
    return sql.query<FamilyLink & Record<string, unknown>>('SELECT from_family AS "from", into_family AS "into" FROM check_link');
  }

  /**
   * Stores a batch of links and sides; a repeat changes nothing.
   * @returns the links that the sides make together with those stored before
   */
  async add(links: readonly FamilyLink[], sides: readonly TransformationSide[]): Promise<FamilyLink[]> {
    return this.database.transaction(async (tx) => {
      const joined = sides.length === 0 ? [] : await joinSides(tx, sides);
      const all = [...links, ...joined];
      await tx.query(
        'INSERT INTO check_link (from_family, into_family) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING',
        [all.map(({ from }) => from), all.map(({ into }) => into)],
      );
      return joined;
    });
  }
}

async function joinSides(sql: Sql, sides: readonly TransformationSide[]): Promise<FamilyLink[]> {
  // In one order in every process: two that store the same sides must not wait for one another.
  const sorted = [...sides].sort((a, b) => (sideName(a) < sideName(b) ? -1 : 1));
  await sql.query(
    `INSERT INTO check_transformation (transformation, side, family) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
     ON CONFLICT DO NOTHING`,
    [sorted.map(({ transformation }) => transformation), sorted.map(({ side }) => side), sorted.map(({ family }) => family)],
  );
  // Served by the primary key, which begins with the transformation.
  return sql.query<FamilyLink & Record<string, unknown>>(
    `SELECT DISTINCT i.family AS "from", o.family AS "into" FROM check_transformation i JOIN check_transformation o USING (transformation)
      WHERE i.side = 'input' AND o.side = 'output' AND i.transformation = ANY($1::text[])`,
    [[...new Set(sides.map(({ transformation }) => transformation))]],
  );
}

function sideName({ transformation, side, family }: TransformationSide): string {
  return [transformation, side, family].join('\n');
}
