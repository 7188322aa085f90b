import { createPrivateKey, createPublicKey, generateKeyPairSync, KeyObject, sign } from 'node:crypto';
import { Database } from '@suyuan/platform';

/** The installation's ed25519 key for what others check offline: block lists and archives. Made when it is first needed, the same in every process. */
export class InstallationKey {
  private loading: Promise<KeyObject> | undefined;

  constructor(private readonly database: Database) {}

  /** Base64 of the 64-byte ed25519 signature (RFC 8032) over the text in UTF-8. */
  async sign(text: string): Promise<string> {
    return sign(null, Buffer.from(text, 'utf8'), await this.key()).toString('base64');
  }

  /** The public key in PEM (SubjectPublicKeyInfo). */
  async publicKey(): Promise<string> {
    return createPublicKey(await this.key())
      .export({ type: 'spki', format: 'pem' })
      .toString();
  }

  private async key(): Promise<KeyObject> {
    this.loading ??= this.load();
    try {
      return await this.loading;
    } catch (error) {
      this.loading = undefined;
      throw error;
    }
  }

  private async load(): Promise<KeyObject> {
    const made = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' });
    // Two processes that start together: the first one's key stays.
    await this.database.query('INSERT INTO check_signing_key (private_key) VALUES ($1) ON CONFLICT DO NOTHING', [made]);
    const [row] = await this.database.query<{ private_key: Buffer }>('SELECT private_key FROM check_signing_key');
    return createPrivateKey({ key: row?.private_key ?? made, type: 'pkcs8', format: 'der' });
  }
}
