import { Database } from '@suyuan/platform';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hashOf, newKeySecret } from './key-secret';

/** File of the data directory that keeps a made administrator key, mode 0600. */
export const ADMIN_KEY_FILE = 'admin-key';
const FIRST_ADMIN = 'first-admin';

export interface AdminKeySettings {
  /** SUYUAN_ADMIN_KEY; undefined = make one. */
  readonly adminKey?: string | undefined;
  /** SUYUAN_DATA_DIR. */
  readonly dataDir: string;
}

export interface AdminKey {
  /** The clear text, where it is known: made now, or read from the data directory. Never the one from the settings. */
  readonly key?: string;
  /** False when the key was made just now and must be shown, this once. */
  readonly printed: boolean;
}

/**
 * Sees to it that an administrator can get in. SUYUAN_ADMIN_KEY, when set, is the first administrator's key, and replaces
 * the one before; else the key in the data directory; else, on an empty system, a new one. Call after the migrations.
 * Throws when SUYUAN_ADMIN_KEY is too short or unprintable.
 */
export async function ensureAdminKey(database: Database, settings: AdminKeySettings): Promise<AdminKey> {
  if (settings.adminKey !== undefined && settings.adminKey !== '') {
    if (!/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{16,1000}$/u.test(settings.adminKey) || settings.adminKey.trim() !== settings.adminKey)
      throw new Error('SUYUAN_ADMIN_KEY must be 16 to 1000 printable characters, without blanks at its ends.');
    await register(database, settings.adminKey);
    return { printed: true };
  }
  const file = path.join(settings.dataDir, ADMIN_KEY_FILE);
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (kept !== '') {
    await register(database, kept);
    return { key: kept, printed: true };
  }
  const registered = await database.query('SELECT 1 FROM access_key WHERE id = $1', [FIRST_ADMIN]);
  // Made by another process or an earlier setting: whoever runs this system has it.
  if (registered.length > 0) return { printed: true };
  const key = newKeySecret();
  // File first: a key in the database that nobody can read would lock everybody out after a crash in between.
  await mkdir(settings.dataDir, { recursive: true });
  await writeFile(`${file}.new`, `${key}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  await register(database, key);
  return { key, printed: false };
}

async function register(database: Database, key: string): Promise<void> {
  // The key may be registered under another id (made by hand, then put into the settings): it is an administrator's now.
  await database.transaction(async (tx) => {
    await tx.query('DELETE FROM access_key WHERE hash = $1 AND id <> $2', [hashOf(key), FIRST_ADMIN]);
    await tx.query(
      `INSERT INTO access_key (id, hash, role, label) VALUES ($1, $2, 'admin', 'first administrator')
       ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, revoked_at = NULL
         WHERE access_key.hash <> excluded.hash OR access_key.revoked_at IS NOT NULL`,
      [FIRST_ADMIN, hashOf(key)],
    );
  });
}
