import { randomUUID } from 'node:crypto';
import { Database, Sql } from '@suyuan/platform';
import { RecallContact, RecallContent } from '../domain/recall.events';
import { RecallState } from '../domain/recall.state';

/** Why something about a person is kept. */
export type Purpose = 'recall-contact' | 'signal' | 'answer' | 'forwarding';

/** What is kept, for an access request. */
export interface KeptData {
  readonly id: string;
  readonly said: string;
  readonly purpose: string | null;
  /** Recall, notice or signal that it belongs to. */
  readonly subject: string | null;
  /** RFC 3339. */
  readonly keptUntil: string;
}

/**
 * Names of people and what they said, outside the log: the log carries the opaque id, and without its row here the id says
 * nothing. Never rebuilt, always erasable.
 */
export class PersonalData {
  constructor(private readonly database: Database) {}

  /** Durable when it resolves. @returns the id that the log may carry */
  async keep(said: string, purpose: Purpose, subject?: string): Promise<string> {
    const id = `pd-${randomUUID()}`;
    await this.database.query('INSERT INTO recall_person (id, said, purpose, subject) VALUES ($1, $2, $3, $4)', [
      id,
      said,
      purpose,
      subject ?? null,
    ]);
    return id;
  }

  /** Takes the contacts out of a recall's content, or of changes to it, before it goes into the log. */
  async setApart<Content extends Partial<RecallContent>>(content: Content, recallId: string): Promise<Content> {
    if (content.contacts === undefined) return content;
    const contactIds: string[] = [];
    for (const contact of content.contacts) contactIds.push(await this.keep(JSON.stringify(contact), 'recall-contact', recallId));
    return { ...content, contacts: [], contactIds };
  }

  /** Puts the contacts back that are still kept; erased ones are left out. States without any are given back as they are. */
  async filled(states: readonly RecallState[]): Promise<RecallState[]> {
    const ids = [...new Set(states.flatMap(({ content }) => content?.contactIds ?? []))];
    if (ids.length === 0) return [...states];
    const rows = await this.database.query<{ id: string; said: string }>(
      'SELECT id, said FROM recall_person WHERE id = ANY($1::text[])',
      [ids],
    );
    const kept = new Map(rows.map(({ id, said }) => [id, JSON.parse(said) as RecallContact]));
    return states.map((state) => {
      if (state.content?.contactIds === undefined) return state;
      const { contactIds, ...content } = state.content;
      return {
        ...state,
        content: { ...content, contacts: [...content.contacts, ...contactIds.flatMap((id) => kept.get(id) ?? [])] },
      };
    });
  }

  async filledOne(state: RecallState): Promise<RecallState> {
    return (await this.filled([state]))[0] ?? state;
  }

  async find(contains: string, limit: number): Promise<KeptData[]> {
    const rows = await this.database.query<{
      id: string;
      said: string;
      purpose: string | null;
      subject: string | null;
      kept_until: Date;
    }>(
      `SELECT id, said, purpose, subject, kept_until FROM recall_person WHERE position(lower($1) IN lower(said)) > 0 ORDER BY id LIMIT $2`,
      [contains, limit],
    );
    return rows.map(({ kept_until: keptUntil, ...row }) => ({ ...row, keptUntil: keptUntil.toISOString() }));
  }
}

/** Erases rows and every copy of them in notices that are kept for delivery. @returns what was erased */
export async function eraseRows(sql: Sql, ids: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string; said: string; subject: string | null; purpose: string | null }>(
    'DELETE FROM recall_person WHERE id = ANY($1::text[]) RETURNING id, said, subject, purpose',
    [ids],
  );
  for (const { said, subject, purpose } of rows)
    if (purpose === 'recall-contact' && subject !== null) await eraseFromNotices(sql, subject, JSON.parse(said) as RecallContact);
  return rows.map(({ id }) => id).sort();
}

const NOTICES_AT_ONCE = 500;

/** Notices as they were sent hold the contacts once as members and once in the text of each language. */
async function eraseFromNotices(sql: Sql, recallId: string, contact: RecallContact): Promise<void> {
  const words = [contact.name, contact.phone, contact.email].filter((part) => part !== undefined).join(' ');
  for (let after = 0; ;) {
    const rows = await sql.query<{ id: number; body: string }>(
      `SELECT d.id, d.body FROM notice_delivery d JOIN recall_task t ON t.notice_id = d.notice_id
        WHERE t.recall_id = $1 AND d.id > $2 ORDER BY d.id LIMIT $3 FOR UPDATE OF d`,
      [recallId, after, NOTICES_AT_ONCE],
    );
    if (rows.length === 0) return;
    const bodies = rows.map(({ body }) => withoutContact(body, contact, words));
    await sql.query(
      `UPDATE notice_delivery d SET body = given.body FROM unnest($1::bigint[], $2::text[]) AS given (id, body) WHERE d.id = given.id`,
      [rows.map(({ id }) => id), bodies],
    );
    after = rows[rows.length - 1]?.id ?? after;
  }
}

interface Envelope {
  data: { contacts?: RecallContact[]; languages?: Record<string, { title: string; text: string }> };
}

function withoutContact(body: string, contact: RecallContact, words: string): string {
  const envelope = JSON.parse(body) as Envelope;
  const { data } = envelope;
  data.contacts = (data.contacts ?? []).filter(
    ({ name, phone, email }) => name !== contact.name || phone !== contact.phone || email !== contact.email,
  );
  for (const text of Object.values(data.languages ?? {})) text.text = text.text.replaceAll(words, '–');
  return JSON.stringify(envelope);
}
