import { Injectable } from '@nestjs/common';
import { Problem } from '@suyuan/platform';
import { parseCode } from '@suyuan/gs1';
import { randomUUID } from 'node:crypto';
import { DataSource, IsNull } from 'typeorm';
import { SHARE_CLOSED, SHARE_OPENED, ShareOpened, shareStream } from '../domain/access-records';
import { ShareEntity } from '../entities';
import { invalidBody } from '../http/read-body';
import { readPartyKey } from '../http/read-keys';
import { readTime } from '../http/read-time';
import { Principal } from '../principal';
import { AccessWriter, recordBy } from '../projection/access-writer';
import { ShareBody } from './share.dto';

/** What parties opened to each other. */
@Injectable()
export class Shares {
  constructor(
    private readonly writer: AccessWriter,
    private readonly source: DataSource,
  ) {}

  /** Shares that let `party` read others' data now. */
  openTo(party: string): Promise<ShareEntity[]> {
    return this.source.getRepository(ShareEntity).findBy({ withParty: party, closedAt: IsNull() });
  }

  find(id: string): Promise<ShareEntity | null> {
    return this.source.getRepository(ShareEntity).findOneBy({ id });
  }

  async open(by: Principal, body: ShareBody): Promise<{ id: string; position: number }> {
    const share: ShareOpened = { share: randomUUID(), ...readShare(by, body) };
    const written = await this.writer.write([
      { stream: shareStream(share.share), expectedVersion: 'none', records: [recordBy(by, SHARE_OPENED, share)] },
    ]);
    if (written.kind !== 'appended') throw Problem.conflict('access/busy', 'The share is being written by others; try again.');
    return { id: share.share, position: written.position };
  }

  /** Twice is once; returns the position of the closing, none when it was closed already. */
  async close(by: Principal, share: ShareEntity): Promise<number | undefined> {
    if (share.closedAt !== null) return undefined;
    // Version 0 is the opening: of two that close at once the second finds it done.
    const written = await this.writer.write([
      { stream: shareStream(share.id), expectedVersion: 0, records: [recordBy(by, SHARE_CLOSED, { share: share.id })] },
    ]);
    return written.kind === 'appended' ? written.position : undefined;
  }
}

function readShare(by: Principal, body: ShareBody): Omit<ShareOpened, 'share'> {
  const partner = readPartyKey(body.with, '/with');
  const owner = typeof body.owner === 'string' ? readPartyKey(body.owner, '/owner') : by.party;
  if (owner === undefined)
    throw invalidBody([
      { pointer: '/owner', rule: 'access/share-needs-an-owner', message: 'The key acts for no party: say whose data is shared.' },
    ]);
  if (by.role !== 'admin' && owner !== by.party)
    throw Problem.forbidden('access/not-your-party', 'A party opens its own data only.');
  if (owner === partner)
    throw invalidBody([{ pointer: '/with', rule: 'access/share-with-itself', message: 'A party reads its own data anyway.' }]);
  const products = (body.products ?? undefined)?.map((text, index) => readProduct(text, `/products/${index}`));
  const from = typeof body.from === 'string' ? readTime(body.from, '/from').toISOString() : undefined;
  const until = typeof body.until === 'string' ? readTime(body.until, '/until').toISOString() : undefined;
  if (from !== undefined && until !== undefined && from >= until)
    throw invalidBody([{ pointer: '/until', rule: 'access/share-empty-period', message: 'until must be later than from.' }]);
  return {
    owner,
    with: partner,
    ...(products === undefined ? {} : { products }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

function readProduct(text: string, pointer: string): string {
  const parsed = parseCode(
    /^\d{8,14}$/.test(text) ? `https://id.gs1.org/01/${text}` : /^\d{2}\//.test(text) ? `https://id.gs1.org/${text}` : text,
  );
  if (!parsed.ok) throw invalidBody([{ pointer, rule: parsed.error.rule, message: parsed.error.message }]);
  const { key, kind } = parsed.identifier;
  if (kind !== 'class' && kind !== 'lot' && kind !== 'opaque')
    throw invalidBody([{ pointer, rule: 'access/wrong-kind-of-key', message: `${text} is neither a GTIN nor a lot.` }]);
  return key;
}
