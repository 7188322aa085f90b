import { randomUUID } from 'node:crypto';
import { Database } from '@suyuan/platform';
import { RecallContact, RecallContent } from '../domain/recall.events';
import { noRecall, RecallState } from '../domain/recall.state';
import { RECALL_STATE_WORDS } from '../domain/recall.words';
import { readWords, wordIds, WordsPurpose, withWords } from './words';

/** Why something about a person is kept. */
export type Purpose = 'recall-contact' | 'signal' | 'answer' | 'forwarding' | WordsPurpose;

/** What is kept, for an access request. */
export interface KeptData {
  readonly id: string;
  readonly said: string;
  readonly purpose: string | null;
  /** Recall, notice or signal that it belongs to. */
  readonly subject: string | null;
  /** RFC 3339; null: as long as the case. */
  readonly keptUntil: string | null;
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

  /** Puts back the contacts and words that are still kept; erased contacts are left out, for words it says that they were erased. */
  async filled(states: readonly RecallState[]): Promise<RecallState[]> {
    const contacts = new Set(states.flatMap(({ content }) => content?.contactIds ?? []));
    const said = await readWords(this.database, [...contacts, ...wordIds(states, RECALL_STATE_WORDS)]);
    return states.map((stored) => {
      const state = withWords(stored, RECALL_STATE_WORDS, said);
      if (state.content?.contactIds === undefined) return state;
      const { contactIds, ...content } = state.content;
      const kept = contactIds.flatMap((id) => said.get(id) ?? []).map((contact) => JSON.parse(contact) as RecallContact);
      return { ...state, content: { ...content, contacts: [...content.contacts, ...kept] } };
    });
  }

  /** Recalls by id, each filled once: two thousand tasks of one recall show the same words. */
  async filledById(
    rows: readonly { readonly recall_id: string; readonly recall: RecallState }[],
  ): Promise<Map<string, RecallState>> {
    const stored = new Map(rows.map(({ recall_id: id, recall }) => [id, recall]));
    const filled = await this.filled([...stored.values()]);
    return new Map([...stored.keys()].map((id, index) => [id, filled[index] ?? noRecall]));
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
      kept_until: Date | null;
    }>(
      `SELECT id, said, purpose, subject, kept_until FROM recall_person WHERE position(lower($1) IN lower(said)) > 0 ORDER BY id LIMIT $2`,
      [contains, limit],
    );
    return rows.map(({ kept_until: keptUntil, ...row }) => ({ ...row, keptUntil: keptUntil?.toISOString() ?? null }));
  }
}
