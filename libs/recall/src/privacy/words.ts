import { randomUUID } from 'node:crypto';
import { Database, Sql } from '@suyuan/platform';
import { ERASED, mapWords } from '../domain/word-paths';

/** Where the words of a case stand in the log: an opaque id that says nothing without its row. A constant for ever. */
const WORDS_ID = /^pw-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const WORDS_IDS = /\bpw-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

/** Why words are kept: they belong to a case, or say why something was erased. */
export type WordsPurpose = 'case' | 'erasure';

/** A command whose words have been replaced by their ids, and these words; nothing is stored yet. */
export interface SetApart<Command> {
  readonly command: Command;
  readonly words: ReadonlyMap<string, string>;
}

/**
 * What people write into a case: titles, reasons, objections, disputes, instructions. The log is for ever and carries opaque
 * ids; the words lie beside it in `recall_person`, where they can be erased. Kept as long as the case unless erased.
 */
export class Words {
  constructor(private readonly database: Database) {}

  /** Replaces the text at the paths by new ids, whatever it looks like: who types an id is not shown another's words. */
  apart<Command>(command: Command, paths: readonly string[]): SetApart<Command> {
    const words = new Map<string, string>();
    const replaced = mapWords(command, paths, (text) => {
      const id = `pw-${randomUUID()}`;
      words.set(id, text);
      return id;
    });
    return { command: replaced, words };
  }

  /** Durable when it resolves: to be called before the ids are written anywhere. The same words twice are kept once. */
  async keep(words: ReadonlyMap<string, string>, subject: string | null, purpose: WordsPurpose = 'case'): Promise<void> {
    if (words.size === 0) return;
    await this.database.query(
      `INSERT INTO recall_person (id, said, purpose, subject, kept_until)
       SELECT id, said, $3, $4, NULL FROM unnest($1::text[], $2::text[]) AS given (id, said) ON CONFLICT (id) DO NOTHING`,
      [[...words.keys()], [...words.values()], purpose, subject],
    );
  }

  /** Puts the words back at the paths, `erased` where they are kept no more. Other text, of older records, stays as it is. */
  async spoken<T>(values: readonly T[], paths: readonly string[]): Promise<T[]> {
    const said = await readWords(this.database, wordIds(values, paths));
    return values.map((value) => withWords(value, paths, said));
  }

  /** Words by id, those that are still kept. */
  async said(ids: readonly string[]): Promise<Map<string, string>> {
    return readWords(this.database, ids);
  }

  async spokenOne<T>(value: T, paths: readonly string[]): Promise<T> {
    return (await this.spoken([value], paths))[0] ?? value;
  }
}

/** Ids of words at the paths. */
export function wordIds(values: readonly unknown[], paths: readonly string[]): string[] {
  const ids = new Set<string>();
  for (const value of values)
    mapWords(value, paths, (text) => {
      if (WORDS_ID.test(text)) ids.add(text);
      return text;
    });
  return [...ids];
}

/** Every id of words in a text, such as records written out. */
export function wordIdsIn(text: string): string[] {
  return [...new Set(text.match(WORDS_IDS) ?? [])];
}

/** The words that are still kept, by id. */
export async function readWords(sql: Sql, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await sql.query<{ id: string; said: string }>('SELECT id, said FROM recall_person WHERE id = ANY($1::text[])', [
    ids,
  ]);
  return new Map(rows.map(({ id, said }) => [id, said]));
}

/** The value with the words it names, `erased` for those that are gone. */
export function withWords<T>(value: T, paths: readonly string[], said: ReadonlyMap<string, string>): T {
  return mapWords(value, paths, (text) => (WORDS_ID.test(text) ? (said.get(text) ?? ERASED) : text));
}
