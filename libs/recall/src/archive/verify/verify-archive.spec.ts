import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { ARCHIVE_FORMAT, CHAIN_START, MANIFEST, PUBLIC_KEY, RECORDS, SIGNATURE, signedText } from './manifest';
import { readZip } from './read-zip';
import { verifyArchive } from './verify-archive';

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
const keys = generateKeyPairSync('ed25519');
const pem = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();

function records(count: number): { text: string; head: string } {
  let previous = CHAIN_START;
  const lines = Array.from({ length: count }, (_, index) => {
    const line = JSON.stringify({ previous, position: index + 1, data: { index } });
    previous = sha256(line);
    return `${line}\n`;
  });
  return { text: lines.join(''), head: previous };
}

/** Signed like a real one, over whatever files it is given. */
function signed(files: ReadonlyMap<string, string>, head: string): Map<string, Buffer> {
  const manifest = JSON.stringify({
    format: ARCHIVE_FORMAT,
    recallId: 'rc-1',
    madeAt: '2026-05-01T00:00:00Z',
    position: 9,
    files: [...files].map(([name, content]) => ({ path: name, bytes: Buffer.byteLength(content), sha256: sha256(content) })),
    chain: { records: 3, head },
  });
  return new Map([
    ...[...files].map(([name, content]): [string, Buffer] => [name, Buffer.from(content)]),
    [MANIFEST, Buffer.from(manifest)],
    [SIGNATURE, Buffer.from(sign(null, Buffer.from(signedText(manifest)), keys.privateKey).toString('base64'))],
    [PUBLIC_KEY, Buffer.from(pem)],
  ]);
}

let folder: string;
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'suyuan-archive-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function faultsOf(files: ReadonlyMap<string, Buffer>, trusted?: string): Promise<readonly string[]> {
  const file = path.join(folder, 'case.zip');
  const zip = new ZipFile();
  for (const [name, content] of files) zip.addBuffer(content, name);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
  const verdict = await verifyArchive(file, trusted);
  expect(verdict.valid).toBe(verdict.faults.length === 0);
  return verdict.faults;
}

const chain = records(3);
const good = (): Map<string, Buffer> =>
  signed(
    new Map([
      ['recall.json', '{"id":"rc-1"}'],
      [RECORDS, chain.text],
    ]),
    chain.head,
  );

describe('An archive', () => {
  it('that is as it was signed is valid, by its own key and by the same one trusted', async () => {
    expect(await faultsOf(good())).toEqual([]);
    expect(await faultsOf(good(), pem)).toEqual([]);
    const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(await faultsOf(good(), other)).toEqual([expect.stringContaining('another key than the trusted one')]);
  });

  it.each([...good().keys()])('with one bit of %s turned is not', async (name) => {
    const files = good();
    const content = Buffer.from(files.get(name) ?? '');
    // In the middle, and of a letter: still text, still base64.
    const place = Math.floor(content.length / 2);
    content[place] = (content[place] ?? 0) ^ 1;
    files.set(name, content);
    expect(await faultsOf(files)).not.toEqual([]);
  });

  it.each([...good().keys()])('without %s is not', async (name) => {
    const files = good();
    files.delete(name);
    expect(await faultsOf(files)).not.toEqual([]);
  });

  it('with a file more is not', async () => {
    expect(await faultsOf(new Map([...good(), ['extra.txt', Buffer.from('x')]]))).toEqual([
      'extra.txt does not belong to the archive',
    ]);
  });

  it('signed anew over records with one taken out breaks its chain', async () => {
    const lines = chain.text.split('\n');
    const cut = [lines[0], lines[2], ''].join('\n');
    expect(await faultsOf(signed(new Map([[RECORDS, cut]]), chain.head))).toEqual([
      `${RECORDS}, line 2: does not follow the line before`,
      `${RECORDS}: the chain ends elsewhere than the manifest says`,
    ]);
  });

  it('that is no zip is not, and says so', async () => {
    expect(await verifyArchive(__filename)).toMatchObject({ valid: false, faults: [expect.stringContaining('no whole zip')] });
    await expect(readZip(__filename)).rejects.toThrow();
  });
});
