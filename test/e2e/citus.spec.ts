import { readFileSync } from 'node:fs';
import path from 'node:path';
import { migrate } from '@suyuan/platform';
import { MIGRATIONS } from '@suyuan/service';
import { createTestDatabase, TestDatabase } from '@suyuan/testkit';
import { Placement, readLayout } from '../support/citus-layout';
import { citusFaults } from '../support/citus-rules';

const layout = readLayout(readFileSync(path.resolve(__dirname, '../../docs/citus.md'), 'utf8'));

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
  await migrate(test.database, MIGRATIONS);
});
afterAll(() => test.drop());

const by = (column: string, group = column): Placement => ({ kind: 'distributed', column, group });

/** The faults of tables that stand beside ours for as long as it takes to look. */
async function faultsWith(tables: string, placements: Readonly<Record<string, Placement>>): Promise<string[]> {
  await test.database.query(`CREATE SCHEMA planted; SET search_path = planted; ${tables}; RESET search_path`);
  const all = new Map([...layout, ...Object.entries(placements).map(([name, place]) => [`planted.${name}`, place] as const)]);
  try {
    return await citusFaults(test.database, all);
  } finally {
    await test.database.query('DROP SCHEMA planted CASCADE');
  }
}

describe('the Citus layout of docs/citus.md', () => {
  it('places every table of the migrated schema, and breaks no rule of Citus', async () => {
    expect(layout.size).toBeGreaterThan(50);
    expect([...layout.values()].filter(({ kind }) => kind === 'distributed').length).toBeGreaterThan(10);
    expect(await citusFaults(test.database, layout)).toEqual([]);
  });

  it.each<[string, string, Readonly<Record<string, Placement>>, string]>([
    ['a table that nobody placed', 'CREATE TABLE a (id bigint)', {}, 'planted.a: is not in the layout'],
    ['a placed table that is not there', 'SELECT 1', { a: { kind: 'local' } }, 'planted.a: is in the layout, not in the schema'],
    ['no such column', 'CREATE TABLE a (id bigint)', { a: by('other') }, 'planted.a: has no column other'],
    [
      'a primary key without the distribution column',
      'CREATE TABLE a (id bigint PRIMARY KEY, party text)',
      { a: by('party') },
      'planted.a: a_pkey does not hold party',
    ],
    [
      'a second unique key without it',
      'CREATE TABLE a (id bigint PRIMARY KEY, name text UNIQUE)',
      { a: by('id') },
      'planted.a: a_name_key does not hold id',
    ],
    [
      'a unique index on an expression of it',
      'CREATE TABLE a (id bigint, name text); CREATE UNIQUE INDEX a_low ON a (id, lower(name))',
      { a: by('name') },
      'planted.a: a_low does not hold name',
    ],
    [
      'a unique index that only includes it',
      'CREATE TABLE a (id bigint, name text); CREATE UNIQUE INDEX a_with ON a (id) INCLUDE (name)',
      { a: by('name') },
      'planted.a: a_with does not hold name',
    ],
    [
      'two types in one group',
      'CREATE TABLE a (id bigint); CREATE TABLE b (id int)',
      { a: by('id'), b: by('id') },
      'planted.b: id is integer, in planted.a of its group it is bigint',
    ],
    [
      'two collations in one group',
      'CREATE TABLE a (id text); CREATE TABLE b (id text COLLATE "C")',
      { a: by('id'), b: by('id') },
      'planted.b: id is text collate C, in planted.a of its group it is text collate default',
    ],
    [
      'a foreign key into another group',
      'CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint REFERENCES a)',
      { a: by('id', 'one'), b: by('id', 'other') },
      'planted.b: b_id_fkey points to planted.a, which is elsewhere',
    ],
    [
      'a foreign key beside the distribution column',
      'CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint, a_id bigint REFERENCES a)',
      { a: by('id'), b: by('id') },
      'planted.b: b_a_id_fkey points to planted.a, which is elsewhere',
    ],
    [
      'a foreign key to a local table',
      'CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint REFERENCES a)',
      { a: { kind: 'local' }, b: by('id') },
      'planted.b: b_id_fkey points to planted.a, which is elsewhere',
    ],
    [
      'a trigger',
      `CREATE TABLE a (id bigint); CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
       CREATE TRIGGER watch BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION nothing()`,
      { a: by('id') },
      'planted.a: trigger watch',
    ],
    [
      'an identity that is no bigint',
      'CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY)',
      { a: { kind: 'reference' } },
      'planted.a: identity id is integer',
    ],
    ['a serial number', 'CREATE TABLE a (id bigserial)', { a: by('id') }, 'planted.a: id is numbered by a sequence'],
    [
      'a generated distribution column',
      'CREATE TABLE a (id bigint, twice bigint GENERATED ALWAYS AS (id * 2) STORED)',
      { a: by('twice') },
      'planted.a: twice is generated',
    ],
    [
      'an heir',
      'CREATE TABLE a (id bigint); CREATE TABLE b () INHERITS (a)',
      { a: { kind: 'local' }, b: by('id') },
      'planted.b: inherits from another table',
    ],
  ])('finds %s', async (_, tables, placements, fault) => {
    expect(await faultsWith(tables, placements)).toEqual([fault]);
  });

  it('lets pass what Citus takes', async () => {
    const tables = `CREATE TABLE kind (id text PRIMARY KEY); CREATE TABLE a (id bigint PRIMARY KEY, kind text REFERENCES kind);
      CREATE TABLE b (a_id bigint REFERENCES a, number bigint GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (a_id, number))`;
    expect(await faultsWith(tables, { kind: { kind: 'reference' }, a: by('id', 'g'), b: by('a_id', 'g') })).toEqual([]);
  });
});
