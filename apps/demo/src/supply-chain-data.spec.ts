import { readEvent } from '@suyuan/epcis';
import { isGs1Key, parseCode } from '@suyuan/gs1';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { authoredFiles } from '../tools/author-data';
import { EXAMPLE_PREFIX } from '../tools/example-keys';
import { readScript, rowsOf, Script } from './script';

const FOLDER = path.resolve(__dirname, '../data');

/** Every code in a file: URIs anywhere in JSON, cells and parts of cells in CSV. */
function codesIn(file: string, text: string): string[] {
  if (file.endsWith('.json'))
    return text.match(/"(?:https:\/\/id\.gs1\.org\/[^"]+|urn:epc:[^"]+)"/g)?.map((code) => code.slice(1, -1)) ?? [];
  return rowsOf(text).flatMap((row) =>
    ['items', 'inputs', 'from', 'to', 'place', 'at_place', 'gln', 'gtin', 'product', 'producer']
      .flatMap((field) => (row[field] ?? '').split('|'))
      .filter((cell) => cell !== '')
      .map((cell) => cell.replace(/\*.*$/, ''))
      .map((code) => (/^\d{13}$/.test(code) ? `https://id.gs1.org/414/${code}` : code)),
  );
}

describe('the supply chain of the demo', () => {
  let script: Script;
  const texts = new Map<string, string>();
  beforeAll(async () => {
    script = await readScript(FOLDER);
    for (const file of await readdir(FOLDER)) texts.set(file, await readFile(path.join(FOLDER, file), 'utf8'));
  });

  it('is what its story writes', () => {
    const authored = authoredFiles();
    expect([...texts.keys()].sort()).toEqual([...authored.keys()].sort());
    for (const [file, content] of authored)
      expect(typeof content === 'string' ? texts.get(file) : JSON.parse(texts.get(file) ?? '')).toEqual(content);
  });

  it('uses keys of the example prefix only, with right check digits', () => {
    let seen = 0;
    for (const [file, text] of texts)
      for (const code of codesIn(file, text)) {
        const parsed = parseCode(code);
        expect({ file, code, read: parsed }).toMatchObject({ read: { ok: true } });
        if (!parsed.ok) continue;
        expect(isGs1Key(parsed.identifier.key)).toBe(true);
        expect(parsed.identifier.key.slice(0, 20)).toContain(EXAMPLE_PREFIX);
        seen += 1;
      }
    expect(seen).toBeGreaterThan(1000);
  });

  it('is valid EPCIS 2.0, event by event', () => {
    const ids = new Set<string>();
    for (const step of script.steps.filter(({ how }) => how === 'epcis')) {
      const document = JSON.parse(step.text) as { '@context': unknown; epcisBody: { eventList: unknown[] } };
      for (const [index, raw] of document.epcisBody.eventList.entries()) {
        const read = readEvent(raw, document['@context'], `/epcisBody/eventList/${index}`);
        expect({ file: step.file, faults: read.ok ? [] : read.faults }).toEqual({ file: step.file, faults: [] });
        if (read.ok && !read.isDeclaration) ids.add(read.event.eventId);
      }
    }
    expect(ids.size).toBeGreaterThan(90);
  });

  it('has books that close: nothing of a lot is lost or made of nothing', () => {
    const made: Record<string, number> = { F2405: 6000, F2406: 2000, H0524: 240, H0531: 96, P0610: 4800, C0401: 1800 };
    for (const [lot, byParty] of Object.entries(script.standings)) {
      const standings = Object.values(byParty);
      const total = standings.reduce((sum, { held, inTransit, sold, consumed }) => sum + held + inTransit + sold + consumed, 0);
      expect({ lot, total }).toEqual({ lot, total: made[lot.split('/10/')[1] ?? ''] });
      for (const { held, inTransit, sold, consumed } of standings)
        expect(Math.min(held, inTransit, sold, consumed)).toBeGreaterThanOrEqual(0);
    }
  });

  it('is worth looking at: over 30 holders of the bad fuses in 3 countries, each a party of the cast', () => {
    const lots = ['fuseLot', 'heaterLot', 'stripLot'].map((name) => script.codes[name] ?? '');
    const holders = new Set(lots.flatMap((lot) => Object.keys(script.standings[lot] ?? {})));
    expect(holders.size).toBeGreaterThanOrEqual(30);
    const cast = new Set(script.parties.map((party) => `https://id.gs1.org/417/${party['gln'] ?? ''}`));
    for (const holder of holders) expect(cast.has(holder)).toBe(true);
    expect(holders.has(script.codes['lateShop'] ?? '')).toBe(false);
    expect(holders.has(script.codes['untouchedShop'] ?? '')).toBe(false);
    expect(new Set(script.parties.map((party) => party['country']))).toEqual(new Set(['CN', 'DE', 'FR']));
  });
});
