import { Injectable } from '@nestjs/common';
import { Clock, Database } from '@suyuan/platform';
import { randomBytes } from 'node:crypto';
import { DataSource, IsNull, MoreThan } from 'typeorm';
import { ApiKeyEntity } from '../entities';
import { Page, PageQuery, pageOf } from '../http/page';
import { Principal, Role } from '../principal';
import { hashOf, mayBeKey, newKeySecret, sameHash } from './key-secret';

export interface NewKey {
  readonly role: Role;
  readonly party?: string | undefined;
  readonly label?: string | undefined;
  readonly expiresAt?: Date | undefined;
}

interface Known {
  readonly principal: Principal;
  readonly expiresAtMs: number;
  readonly readAtMs: number;
}

/** A revocation in another process is noticed after this long; one in this process at once. */
const TRUSTED_MS = 5_000;
const KNOWN_MAX = 10_000;
/** Last use is kept to the minute: a key under load must not write on every request. */
const LAST_USED_EVERY_MS = 60_000;

/** API keys: made, shown once, checked, revoked. */
@Injectable()
export class ApiKeys {
  private readonly known = new Map<string, Known>();
  private readonly noted = new Map<string, number>();
  /** A key read while another is revoked may be that key. */
  private revocations = 0;

  constructor(
    private readonly database: Database,
    private readonly source: DataSource,
    private readonly clock: Clock,
  ) {}

  /** The clear text is in this answer and nowhere else. */
  async create(key: NewKey): Promise<{ keyId: string; key: string }> {
    const secret = newKeySecret();
    const keyId = `key_${randomBytes(9).toString('hex')}`;
    await this.database.query(
      'INSERT INTO access_key (id, hash, role, party, label, expires_at) VALUES ($1, $2, $3, $4, $5, $6)',
      [keyId, hashOf(secret), key.role, key.party ?? null, key.label ?? null, key.expiresAt ?? null],
    );
    return { keyId, key: secret };
  }

  /** Whose key this is; undefined for one that is unknown, revoked or past its expiry. */
  async authenticate(secret: string): Promise<Principal | undefined> {
    if (!mayBeKey(secret)) return undefined;
    const nowMs = this.clock.now().getTime();
    const hash = hashOf(secret);
    const name = hash.toString('base64');
    let known = this.known.get(name);
    if (known === undefined || nowMs - known.readAtMs > TRUSTED_MS) known = await this.look(hash, name, nowMs);
    if (known === undefined || known.expiresAtMs <= nowMs) return undefined;
    this.noteUse(known.principal.keyId, nowMs);
    return known.principal;
  }

  /** Keys of a party (or all), revoked ones included, in order of id; never a secret. */
  async list(page: PageQuery, party?: string): Promise<Page<object>> {
    const rows = await this.source.getRepository(ApiKeyEntity).find({
      where: { id: MoreThan(page.after), ...(party === undefined ? {} : { party }) },
      order: { id: 'ASC' },
      take: page.limit + 1,
    });
    return pageOf(rows, page, (row) => row.id, showKey);
  }

  find(keyId: string): Promise<ApiKeyEntity | null> {
    return this.source.getRepository(ApiKeyEntity).findOneBy({ id: keyId });
  }

  /** Keys by which somebody can still administer: revoking the last of them would lock everybody out. */
  countAdmins(): Promise<number> {
    const admin = { role: 'admin' as const, revokedAt: IsNull() };
    const keys = this.source.getRepository(ApiKeyEntity);
    return keys.countBy([
      { ...admin, expiresAt: IsNull() },
      { ...admin, expiresAt: MoreThan(this.clock.now()) },
    ]);
  }

  /** From the moment this resolves the key opens nothing in this process. Twice is once. */
  async revoke(keyId: string): Promise<void> {
    await this.database.query('UPDATE access_key SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1', [keyId]);
    this.revocations += 1;
    for (const [name, known] of this.known) if (known.principal.keyId === keyId) this.known.delete(name);
  }

  private async look(hash: Buffer, name: string, nowMs: number): Promise<Known | undefined> {
    const revocations = this.revocations;
    const rows = await this.database.query<{
      id: string;
      hash: Buffer;
      role: Role;
      party: string | null;
      expires_at: Date | null;
    }>('SELECT id, hash, role, party, expires_at FROM access_key WHERE hash = $1 AND revoked_at IS NULL', [hash]);
    const row = rows[0];
    if (row === undefined || !sameHash(row.hash, hash)) {
      this.known.delete(name);
      return undefined;
    }
    const principal: Principal = { keyId: row.id, role: row.role, ...(row.party === null ? {} : { party: row.party }) };
    const found = { principal, expiresAtMs: row.expires_at?.getTime() ?? Number.POSITIVE_INFINITY, readAtMs: nowMs };
    if (revocations === this.revocations) this.keep(name, found);
    return found;
  }

  private keep(name: string, found: Known): void {
    const oldest = this.known.keys().next();
    if (this.known.size >= KNOWN_MAX && !oldest.done) this.known.delete(oldest.value);
    this.known.set(name, found);
  }

  private noteUse(keyId: string, nowMs: number): void {
    if (nowMs - (this.noted.get(keyId) ?? Number.NEGATIVE_INFINITY) < LAST_USED_EVERY_MS) return;
    if (this.noted.size >= KNOWN_MAX) this.noted.clear();
    this.noted.set(keyId, nowMs);
    // Not awaited: a note for people must not slow the request or fail it.
    this.database.query('UPDATE access_key SET last_used_at = $2 WHERE id = $1', [keyId, new Date(nowMs)]).catch(() => undefined);
  }
}

function showKey(row: ApiKeyEntity): object {
  return {
    keyId: row.id,
    role: row.role,
    party: row.party,
    label: row.label,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    lastUsedAt: row.lastUsedAt,
    revokedAt: row.revokedAt,
  };
}
