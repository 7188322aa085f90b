import { createHash, createPublicKey, verify } from 'node:crypto';
import {
  ArchiveManifest,
  ARCHIVE_FORMAT,
  CHAIN_START,
  MANIFEST,
  PUBLIC_KEY,
  RECORDS,
  SIGNATURE,
  signedText,
  UNLISTED,
} from './manifest';
import { readZip } from './read-zip';

export interface ArchiveVerdict {
  readonly valid: boolean;
  /** Each thing that is wrong, with its place; empty when the archive is as it was made. */
  readonly faults: readonly string[];
  readonly manifest: ArchiveManifest | undefined;
  /** SHA-256 of the public key (SubjectPublicKeyInfo, DER): compare it with what the authority published. */
  readonly keyFingerprint: string | undefined;
}

/**
 * Checks an archive with nothing but itself: the signature over the manifest, each file against its hash, no file too few or
 * too many, and the chain of records. Whose key it is, is for the reader to know: the fingerprint says which one.
 *
 * @param trustedKey PEM; the archive's own key must be this one where given
 */
export async function verifyArchive(file: string, trustedKey?: string): Promise<ArchiveVerdict> {
  const faults: string[] = [];
  let files: ReadonlyMap<string, Buffer>;
  try {
    files = await readZip(file);
  } catch (error) {
    return {
      valid: false,
      faults: [`the file is no whole zip: ${(error as Error).message}`],
      manifest: undefined,
      keyFingerprint: undefined,
    };
  }
  const manifest = manifestOf(files, faults);
  const keyFingerprint = checkSignature(files, trustedKey, faults);
  if (manifest !== undefined) {
    checkFiles(files, manifest, faults);
    checkChain(files.get(RECORDS), manifest, faults);
  }
  return { valid: faults.length === 0, faults, manifest, keyFingerprint };
}

function manifestOf(files: ReadonlyMap<string, Buffer>, faults: string[]): ArchiveManifest | undefined {
  const text = files.get(MANIFEST)?.toString('utf8');
  if (text === undefined) {
    faults.push(`${MANIFEST} is missing`);
    return undefined;
  }
  try {
    const manifest = JSON.parse(text) as ArchiveManifest;
    if (manifest.format === ARCHIVE_FORMAT && Array.isArray(manifest.files)) return manifest;
    faults.push(`${MANIFEST} is of another format than ${ARCHIVE_FORMAT}`);
  } catch (error) {
    faults.push(`${MANIFEST}: ${(error as Error).message}`);
  }
  return undefined;
}

function checkSignature(
  files: ReadonlyMap<string, Buffer>,
  trustedKey: string | undefined,
  faults: string[],
): string | undefined {
  const [manifest, signature, pem] = [MANIFEST, SIGNATURE, PUBLIC_KEY].map((name) => files.get(name)?.toString('utf8'));
  if (manifest === undefined || signature === undefined || pem === undefined) {
    faults.push('the signature cannot be checked: manifest, signature or key is missing');
    return undefined;
  }
  try {
    const key = createPublicKey(pem);
    const der = key.export({ type: 'spki', format: 'der' });
    if (!verify(null, Buffer.from(signedText(manifest), 'utf8'), key, Buffer.from(signature.trim(), 'base64')))
      faults.push(`${SIGNATURE}: the signature does not fit the manifest`);
    if (trustedKey !== undefined && !createPublicKey(trustedKey).export({ type: 'spki', format: 'der' }).equals(der))
      faults.push(`${PUBLIC_KEY}: signed by another key than the trusted one`);
    return createHash('sha256').update(der).digest('hex');
  } catch (error) {
    faults.push(`${PUBLIC_KEY}: ${(error as Error).message}`);
    return undefined;
  }
}

function checkFiles(files: ReadonlyMap<string, Buffer>, manifest: ArchiveManifest, faults: string[]): void {
  const listed = new Set(manifest.files.map((entry) => entry.path));
  for (const { path, bytes, sha256 } of manifest.files) {
    const content = files.get(path);
    if (content === undefined) faults.push(`${path} is missing`);
    else if (content.length !== bytes || createHash('sha256').update(content).digest('hex') !== sha256)
      faults.push(`${path} was changed: its hash is another`);
  }
  for (const path of files.keys())
    if (!listed.has(path) && !UNLISTED.includes(path)) faults.push(`${path} does not belong to the archive`);
}

function checkChain(content: Buffer | undefined, { chain }: ArchiveManifest, faults: string[]): void {
  const lines = (content?.toString('utf8') ?? '').split('\n').filter((line) => line !== '');
  let previous = CHAIN_START;
  let position = 0;
  for (const [index, line] of lines.entries()) {
    const where = `${RECORDS}, line ${index + 1}`;
    let record: { previous?: string; position?: number };
    try {
      record = JSON.parse(line) as typeof record;
    } catch {
      faults.push(`${where}: no JSON`);
      return;
    }
    if (record.previous !== previous) faults.push(`${where}: does not follow the line before`);
    if ((record.position ?? 0) <= position) faults.push(`${where}: log positions do not rise`);
    position = record.position ?? position;
    previous = createHash('sha256').update(line).digest('hex');
  }
  if (lines.length !== chain.records || previous !== chain.head)
    faults.push(`${RECORDS}: the chain ends elsewhere than the manifest says`);
}
