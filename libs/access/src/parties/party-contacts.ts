import { Injectable } from '@nestjs/common';
import { Database, Sql } from '@suyuan/platform';
import { randomUUID } from 'node:crypto';
import { ContactBody } from './party.dto';

/** An hour after which a contact that no party refers to must be the leftover of a command that never finished. */
const ORPHAN_AFTER = '1 hour';

/** The erasable table of personal data. The log knows contacts by random ids only. */
@Injectable()
export class PartyContacts {
  constructor(private readonly database: Database) {}

  /** Written before the command is appended, so that no record ever refers to a contact that is not there. */
  async keep(party: string, contacts: readonly ContactBody[]): Promise<string[]> {
    const ids = contacts.map(() => randomUUID());
    const column = (member: 'name' | 'phone' | 'email'): (string | null)[] => contacts.map((contact) => contact[member] ?? null);
    await this.database.query(
      `INSERT INTO access_contact (party, id, name, phone, email)
       SELECT $1, id, name, phone, email FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS given (id, name, phone, email)`,
      [party, ids, column('name'), column('phone'), column('email')],
    );
    return ids;
  }

  /** Erases contacts of a refused command. */
  async drop(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.database.query('DELETE FROM access_contact WHERE id = ANY($1)', [ids]);
  }

  /** Erases what the party no longer refers to: replaced contacts must not linger. */
  async replaceBy(sql: Sql, party: string, ids: readonly string[]): Promise<void> {
    await sql.query('DELETE FROM access_contact WHERE party = $1 AND id <> ALL($2)', [party, ids]);
  }

  /** At start: erases leftovers of commands that a crash interrupted. */
  async sweep(): Promise<void> {
    await this.database.query(
      `DELETE FROM access_contact AS contact WHERE created_at < now() - interval '${ORPHAN_AFTER}'
         AND NOT EXISTS (SELECT 1 FROM access_party AS party WHERE party.id = contact.party AND contact.id = ANY (party.contact_ids))`,
    );
  }
}
