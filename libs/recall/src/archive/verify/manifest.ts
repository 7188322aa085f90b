/** Says what the signature is over, so that no other text of this key can stand for a manifest. */
export const ARCHIVE_FORMAT = 'suyuan-recall-archive/1';

/** What an archive holds. Times RFC 3339. */
export interface ArchiveManifest {
  readonly format: typeof ARCHIVE_FORMAT;
  readonly recallId: string;
  readonly madeAt: string;
  /** The log's last record when the archive was made. */
  readonly position: number;
  readonly files: readonly ArchivedFile[];
  /** Of `records.ndjson`: each line names the SHA-256 of the line before, this is the last one's. */
  readonly chain: { readonly records: number; readonly head: string };
}

export interface ArchivedFile {
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** The text that is signed with ed25519. */
export const signedText = (manifest: string): string => `${ARCHIVE_FORMAT}\n${manifest}`;

export const MANIFEST = 'manifest.json';
export const SIGNATURE = 'manifest.sig';
export const PUBLIC_KEY = 'public-key.pem';
export const RECORDS = 'records.ndjson';
/** Not in the manifest: it holds itself, its signature and the key. */
export const UNLISTED: readonly string[] = [MANIFEST, SIGNATURE, PUBLIC_KEY];
/** `previous` of the first record. */
export const CHAIN_START = '0'.repeat(64);
