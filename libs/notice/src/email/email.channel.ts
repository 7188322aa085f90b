import { Directory } from '@suyuan/access';
import { createTransport, Transporter } from 'nodemailer';
import { Channel, ChannelTarget } from '../channel.port';
import { LeasedDelivery } from '../delivery-store';
import { AttemptOutcome } from '../domain/delivery-verdict';
import { noticeMail } from './notice-mail';

interface Mailbox extends ChannelTarget {
  readonly to: readonly string[];
}

/** What the mail server says of a failure, as nodemailer hands it on. */
interface SmtpFault {
  readonly code?: string;
  readonly responseCode?: number;
  readonly rejectedErrors?: readonly { readonly responseCode?: number }[];
}

const ADDRESS = /^[^\s<>,;:"()[\]\\@]+@[^\s<>,;:"()[\]\\@]+$/;

/**
 * E-mail to the contacts of a party, through the operator's own mail server. Addresses are personal data: neither the list of
 * attempts nor a reason, which reaches the log, ever holds one.
 */
export class EmailChannel extends Channel<Mailbox> {
  override readonly name = 'email';
  override readonly reachesHolder = true;
  private readonly transport: Transporter;
  private readonly domain: string;

  /** @param timeoutMs for each step of the conversation with the server */
  constructor(
    private readonly directory: Directory,
    smtpUrl: string,
    private readonly from: string,
    timeoutMs: number,
  ) {
    super();
    const url = new URL(smtpUrl);
    for (const name of ['connectionTimeout', 'greetingTimeout', 'socketTimeout', 'dnsTimeout'])
      if (!url.searchParams.has(name)) url.searchParams.set(name, String(timeoutMs));
    url.searchParams.set('pool', 'true');
    this.transport = createTransport(url.toString());
    this.domain = /@([\w.-]+)>?\s*$/.exec(from)?.[1] ?? 'suyuan.invalid';
  }

  override async targets(parties: readonly string[]): Promise<ReadonlyMap<string, Mailbox>> {
    const records = await this.directory.parties(parties);
    const mailboxes = new Map<string, Mailbox>();
    for (const id of parties) {
      const contacts = records.get(id)?.contacts ?? [];
      const to = [...new Set(contacts.flatMap(({ email }) => (email !== undefined && ADDRESS.test(email) ? [email] : [])))];
      const domain = to[0]?.split('@')[1];
      if (domain !== undefined) mailboxes.set(id, { to, address: `mailto:*@${domain}`, host: domain.toLowerCase() });
    }
    return mailboxes;
  }

  override async send(
    { noticeId, version, body }: LeasedDelivery,
    { to }: Mailbox,
    signal: AbortSignal,
  ): Promise<AttemptOutcome> {
    if (signal.aborted) return { error: 'stopped before it was sent' };
    const mail = noticeMail(noticeId, version, body, this.domain);
    try {
      const { rejected = [] } = await this.transport.sendMail({
        ...mail,
        from: this.from,
        to: to.map((address) => ({ name: '', address })),
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      // The server took it for some: the holder has it. The others are said without their names.
      return {
        status: 250,
        ...(rejected.length === 0 ? {} : { error: `${rejected.length} of ${to.length} addresses were refused` }),
      };
    } catch (error) {
      return outcomeOf(error as SmtpFault);
    }
  }

  /** A mailbox has no such answer. */
  override async switchOff(): Promise<void> {
    return Promise.resolve();
  }

  override async close(): Promise<void> {
    this.transport.close();
    return Promise.resolve();
  }
}

/** A 5yz to every recipient, or to the message, is for good (RFC 5321, 4.2.1); 4yz and no answer are tried again. */
function outcomeOf({ code, responseCode, rejectedErrors }: SmtpFault): AttemptOutcome {
  const codes = rejectedErrors?.map((one) => one.responseCode ?? 0) ?? [];
  const said = codes.length > 0 ? Math.min(...codes) : responseCode;
  const forGood = code === 'EENVELOPE' || code === 'EMESSAGE';
  if (forGood && said !== undefined && said >= 500 && said < 600)
    return { status: said, refused: `bounced: the mail server refused it (${said})`, error: `refused (${said})` };
  return {
    error: `the mail server did not take it (${said ?? code ?? 'no answer'})`,
    ...(said === undefined ? {} : { status: said }),
  };
}
