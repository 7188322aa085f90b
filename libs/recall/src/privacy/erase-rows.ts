import { Sql } from '@suyuan/platform';
import { RecallContact } from '../domain/recall.events';
import { withoutContact, withoutWords } from './domain/erased-copies';

interface ErasedRow {
  readonly id: string;
  readonly said: string;
  readonly subject: string | null;
  readonly purpose: string | null;
}

const NOTICES_AT_ONCE = 500;

/** Erases rows and every copy of them in notices that are kept for delivery. @returns what was erased, and to what it belonged */
export async function eraseRows(sql: Sql, ids: readonly string[]): Promise<{ ids: string[]; subjects: string[] }> {
  const rows = await sql.query<ErasedRow & Record<string, unknown>>(
    'DELETE FROM recall_person WHERE id = ANY($1::text[]) RETURNING id, said, subject, purpose',
    [ids],
  );
  const subjects = [...new Set(rows.flatMap(({ subject }) => subject ?? []))].sort();
  for (const subject of subjects)
    await eraseFromNotices(
      sql,
      subject,
      rows.filter((row) => row.subject === subject),
    );
  return { ids: rows.map(({ id }) => id).sort(), subjects };
}

/** Notices as they were sent hold what was erased once as members and once in the text of each language. */
async function eraseFromNotices(sql: Sql, recallId: string, rows: readonly ErasedRow[]): Promise<void> {
  const contacts = rows
    .filter(({ purpose }) => purpose === 'recall-contact')
    .map(({ said }) => JSON.parse(said) as RecallContact);
  const words = rows.filter(({ purpose }) => purpose === 'case').map(({ said }) => said);
  if (contacts.length + words.length === 0) return;
  const erased = (body: string): string => {
    const envelope = contacts.reduce(withoutContact, JSON.parse(body) as Parameters<typeof withoutContact>[0]);
    return JSON.stringify(withoutWords(envelope, words));
  };
  for (let after = 0; ;) {
    const found = await sql.query<{ id: number; body: string }>(
      `SELECT d.id, d.body FROM notice_delivery d JOIN recall_task t ON t.notice_id = d.notice_id
        WHERE t.recall_id = $1 AND d.id > $2 ORDER BY d.id LIMIT $3 FOR UPDATE OF d`,
      [recallId, after, NOTICES_AT_ONCE],
    );
    if (found.length === 0) return;
    await sql.query(
      `UPDATE notice_delivery d SET body = given.body FROM unnest($1::bigint[], $2::text[]) AS given (id, body) WHERE d.id = given.id`,
      [found.map(({ id }) => id), found.map(({ body }) => erased(body))],
    );
    after = found[found.length - 1]?.id ?? after;
  }
}
