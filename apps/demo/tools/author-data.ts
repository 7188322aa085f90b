import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CAST, PRODUCTS } from './cast';
import { gln, gtin, lotId, partyId } from './example-keys';
import { tellStory } from './story';
import { BAD_FUSES, BAD_HEATERS, CEREALS, FLOUR, GOOD_FUSES, GOOD_HEATERS, MOTORS, STRIPS } from './goods';
import { CEREAL, FUSE, HEATER, MOTOR, RICE_FLOUR, STRIP } from './cast';

const ITEM_OF_LOT: Readonly<Record<string, number>> = {
  [BAD_FUSES]: FUSE,
  [GOOD_FUSES]: FUSE,
  [MOTORS]: MOTOR,
  [BAD_HEATERS]: HEATER,
  [GOOD_HEATERS]: HEATER,
  [STRIPS]: STRIP,
  [FLOUR]: RICE_FLOUR,
  [CEREALS]: CEREAL,
};

/** Every file of `apps/demo/data`: text of the CSV files, values of the JSON ones. A spec checks that the committed files are these. */
export function authoredFiles(): ReadonlyMap<string, unknown> {
  const { tale, codes } = tellStory();
  const files = new Map<string, unknown>();
  for (const { file, content } of tale.steps) files.set(file, Array.isArray(content) ? csvText(content as string[][]) : content);
  const cast = CAST.map((one) => [gln(one.party), one.name, one.nameZh, one.roles.join('|'), one.country, one.city]);
  files.set('parties.csv', csvText([['gln', 'name', 'nameZh', 'roles', 'country', 'city'], ...cast]));
  const products = PRODUCTS.map((one) => [
    gtin(one.item),
    one.name,
    one.nameZh,
    one.brand,
    one.category,
    gln(one.producer),
    'CN',
  ]);
  files.set('products.csv', csvText([['gtin', 'name', 'nameZh', 'brand', 'category', 'producer', 'origin'], ...products]));
  files.set('manifest.json', {
    steps: tale.steps.map(({ file, about, by, how, phase }) => ({
      file,
      about,
      by: by === 'each' ? by : partyId(by),
      how,
      phase,
    })),
  });
  const byUri = (books: Readonly<Record<string, Readonly<Record<string, unknown>>>>): unknown =>
    Object.fromEntries(
      Object.entries(books).map(([lot, byParty]) => [
        lotId(ITEM_OF_LOT[lot] ?? 0, lot),
        Object.fromEntries(Object.entries(byParty).map(([party, one]) => [partyId(Number(party)), one])),
      ]),
    );
  const late = tale.ledger.late.map(({ lot, from, to, quantity }) => ({
    lot: lotId(ITEM_OF_LOT[lot] ?? 0, lot),
    from: partyId(from),
    to: partyId(to),
    quantity,
  }));
  files.set('expected.json', { codes, standings: byUri(tale.ledger.standings), sentOn: byUri(tale.ledger.sentOn), late });
  return files;
}

function csvText(rows: readonly (readonly string[])[]): string {
  const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => `${row.map(quoted).join(',')}\n`).join('');
}

/** Writes the files anew: `node dist/apps/demo/tools/author-data.js`, then `npm run format`. */
async function main(): Promise<void> {
  const folder = path.resolve('apps/demo/data');
  await mkdir(folder, { recursive: true });
  for (const old of await readdir(folder)) await rm(path.join(folder, old));
  for (const [name, content] of authoredFiles())
    await writeFile(path.join(folder, name), typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
}

if (require.main === module) void main();
