import { Injectable } from '@nestjs/common';
import { Database } from '@suyuan/platform';
import { randomUUID } from 'node:crypto';

/** Which request: whose, where, under which Idempotency-Key, saying what. */
export interface RequestName {
  readonly caller: string;
  readonly route: string;
  readonly key: string;
  readonly bodyHash: Buffer;
}

export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Sealed, see `answer-seal.ts`. */
  readonly answer: Buffer;
}

export type Claim =
  | { readonly kind: 'first'; readonly claim: string }
  | { readonly kind: 'answered'; readonly stored: StoredAnswer }
  | { readonly kind: 'at-work' }
  | { readonly kind: 'other-body' };

/** An answer is repeated for a day. */
const KEPT = '24 hours';
/** A claim this old without an answer belongs to a process that is gone. */
const CLAIM_LOST_AFTER = '2 minutes';

/** First answers to POSTs with an Idempotency-Key. */
@Injectable()
export class AnswerStore {
  constructor(private readonly database: Database) {}

  /** Of any number of equal requests exactly one is told `first`. */
  async claim(name: RequestName): Promise<Claim> {
    const claim = randomUUID();
    const claimed = await this.database.query(
      `INSERT INTO access_idempotent_answer AS kept (caller, route, key, body_hash, claim) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (caller, route, key) DO UPDATE
         SET body_hash = excluded.body_hash, claim = excluded.claim, claimed_at = now(), status = NULL, headers = NULL, answer = NULL
         WHERE kept.claimed_at < now() - interval '${KEPT}'
            OR (kept.status IS NULL AND kept.claimed_at < now() - interval '${CLAIM_LOST_AFTER}')
       RETURNING claim`,
      [name.caller, name.route, name.key, name.bodyHash, claim],
    );
    if (claimed.length > 0) return { kind: 'first', claim };
    return this.look(name);
  }

  async look(name: RequestName): Promise<Claim> {
    const rows = await this.database.query<{
      body_hash: Buffer;
      status: number | null;
      headers: Record<string, string>;
      answer: Buffer;
    }>('SELECT body_hash, status, headers, answer FROM access_idempotent_answer WHERE caller = $1 AND route = $2 AND key = $3', [
      name.caller,
      name.route,
      name.key,
    ]);
    const row = rows[0];
    // Released meanwhile, for the first request failed: this one may be the first now.
    if (row === undefined) return this.claim(name);
    if (!row.body_hash.equals(name.bodyHash)) return { kind: 'other-body' };
    if (row.status === null) return { kind: 'at-work' };
    return { kind: 'answered', stored: { status: row.status, headers: row.headers, answer: row.answer } };
  }

  async keep(claim: string, stored: StoredAnswer): Promise<void> {
    await this.database.query('UPDATE access_idempotent_answer SET status = $2, headers = $3, answer = $4 WHERE claim = $1', [
      claim,
      stored.status,
      JSON.stringify(stored.headers),
      stored.answer,
    ]);
  }

  async release(claim: string): Promise<void> {
    await this.database.query('DELETE FROM access_idempotent_answer WHERE claim = $1 AND status IS NULL', [claim]);
  }

  async sweep(): Promise<void> {
    await this.database.query(`DELETE FROM access_idempotent_answer WHERE claimed_at < now() - interval '${KEPT}'`);
  }
}
