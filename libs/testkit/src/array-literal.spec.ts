import { booleans, copyLine, numbers, texts } from '@suyuan/platform';
import fc from 'fast-check';
import { createTestDatabase, TestDatabase } from './test-database';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await db.database.query('CREATE TABLE copied (a text, b bigint, c boolean)');
});
afterAll(() => db.drop());

/** What PostgreSQL text can hold. */
const storable = fc.string({ unit: 'binary' }).filter((text) => !/[\0\p{Surrogate}]/u.test(text));
const word = fc.oneof(storable, fc.constantFrom('NULL', 'null', '', ' ', '{}', '"', '\\', '\\N', 'a,b', '\t', '\n'));

describe('Array literals and lines of COPY', () => {
  it('come back from the database as they were', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(word)), fc.array(fc.option(fc.maxSafeInteger())), async (words, counts) => {
        const [row] = await db.database.query<{ words: (string | null)[]; counts: (number | null)[] }>(
          'SELECT $1::text[] AS words, $2::bigint[] AS counts',
          [texts(words), numbers(counts)],
        );
        expect(row?.words).toEqual(words);
        expect(row?.counts.map((count) => (count === null ? null : Number(count)))).toEqual(
          counts.map((count) => (count === 0 ? 0 : count)),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('carry any text through COPY', async () => {
    await fc.assert(
      fc.asyncProperty(word, fc.boolean(), async (text, flag) => {
        await db.database.transaction((tx) =>
          tx.copyIn('COPY copied FROM STDIN', [copyLine([text, 7, flag]), copyLine([null, null, null])]),
        );
        expect(await db.database.query('DELETE FROM copied WHERE b = 7 RETURNING a, c')).toEqual([{ a: text, c: flag }]);
      }),
      { numRuns: 100 },
    );
  });

  it('spell booleans', async () => {
    expect(await db.database.query('SELECT $1::boolean[] AS flags', [booleans([true, false])])).toEqual([
      { flags: [true, false] },
    ]);
  });
});
