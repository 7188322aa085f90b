import { RecallContact } from '../../domain/recall.events';
import { ERASED } from '../../domain/word-paths';

/** What of a notice as it was sent can hold contacts: a list of its own, and the text of each language. */
export interface NoticeEnvelope {
  readonly data: {
    readonly contacts?: readonly RecallContact[];
    readonly languages?: Readonly<Record<string, { readonly title: string; readonly text: string }>>;
  };
}

/** The copy without a contact. */
export function withoutContact(envelope: NoticeEnvelope, contact: RecallContact): NoticeEnvelope {
  const { contacts = [], languages = {} } = envelope.data;
  const words = [contact.name, contact.phone, contact.email].filter((part) => part !== undefined).join(' ');
  const texts = Object.entries(languages).map(([language, { title, text }]) => [
    language,
    { title, text: text.replaceAll(words, '–') },
  ]);
  const others = contacts.filter(
    ({ name, phone, email }) => name !== contact.name || phone !== contact.phone || email !== contact.email,
  );
  return { ...envelope, data: { ...envelope.data, contacts: others, languages: Object.fromEntries(texts) as typeof languages } };
}

/** As long as this, words are replaced wherever they stand; shorter ones where they stand alone, for they are parts of others. */
const TELLING = 4;

/** The copy with the words replaced in every text of it, also where line breaks were made into blanks. Longest first. */
export function withoutWords<T>(copy: T, words: readonly string[]): T {
  const spellings = new Set(words.flatMap((text) => [text, text.replace(/\s+/g, ' ').trim()]).filter((text) => text !== ''));
  const longest = [...spellings].sort((one, other) => other.length - one.length);
  return longest.length === 0 ? copy : (replaced(copy, longest) as T);
}

function replaced(value: unknown, words: readonly string[]): unknown {
  if (typeof value === 'string') return words.reduce(replaceOne, value);
  if (Array.isArray(value)) return value.map((item) => replaced(item, words));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, replaced(member, words)]));
}

function replaceOne(text: string, words: string): string {
  if (text === words) return ERASED;
  if ([...words].length >= TELLING) return text.replaceAll(words, () => ERASED);
  const literal = words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'gu'), () => ERASED);
}
