import { webhookId } from '../webhook/webhook-signature';

/** One notice as a message; addresses are the sender's business. */
export interface NoticeMail {
  /** `<noticeId>-v<version>@<domain>`: equal on every attempt, so that a mailbox shows a repeat as one. */
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Said {
  readonly title: string;
  readonly text: string;
}

/** @param envelope the JSON that webhooks get: `{type, timestamp, data: <notice>}`. Chinese first, English after it. */
export function noticeMail(noticeId: string, version: number, envelope: string, domain: string): NoticeMail {
  const { data } = JSON.parse(envelope) as { data?: { languages?: Record<string, Partial<Said>> } };
  const said = ['zh-CN', 'en'].flatMap((language) => {
    const { title = '', text = '' } = data?.languages?.[language] ?? {};
    return title === '' && text === '' ? [] : [{ language, title, text }];
  });
  const id = webhookId(noticeId, version);
  return {
    messageId: `<${id}@${domain}>`,
    subject: headerText(said.map(({ title }) => title).join(' / ') || `Recall notice ${id}`),
    text: said.map(({ title, text }) => `${title}\n\n${text}`).join('\n\n----------\n\n'),
    html: `<!doctype html><html><body>${said
      .map(({ language, title, text }) => `<section lang="${language}"><h1>${escaped(title)}</h1>${paragraphs(text)}</section>`)
      .join('<hr>')}</body></html>`,
    headers: { 'X-Suyuan-Notice': id, 'Auto-Submitted': 'auto-generated' },
  };
}

/** One line without control characters: a title must not become another header. */
function headerText(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, 300);
}

const paragraphs = (text: string): string =>
  text
    .split('\n')
    .map((line) => `<p>${escaped(line)}</p>`)
    .join('');

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
