import { Injectable } from '@nestjs/common';
import { EventLogPort, StreamAppend } from '@suyuan/event-log';
import { Problem, Sql } from '@suyuan/platform';
import { DataSource } from 'typeorm';
import { AccessSettings } from '../access-settings';
import { partyStream } from '../domain/access-records';
import { PartyCommand, PartyEvent, PartyState, decideParty, evolveParty, unknownParty } from '../domain/party.decider';
import { invalidBody } from '../http/read-body';
import { WebhookEntity } from '../entities';
import { readPartyKey, readPlaceKey } from '../http/read-keys';
import { Principal, isAuthority } from '../principal';
import { AccessWriter, recordBy } from '../projection/access-writer';
import { PartyContacts } from './party-contacts';
import { PartyBody, PartyChangeBody, RotateWebhookBody, WebhookBody } from './party.dto';
import { describedPlaces, ownPlace, placeAppends, refuseForeignPlaces } from './place-appends';
import { isWebhookSecret, newWebhookSecret, refuseWebhook } from './webhook-target';

/** What a command left behind. `webhookSecret` is there when one was set, for this answer only. */
export interface PartyWritten {
  readonly party: string;
  readonly position: number;
  readonly webhookSecret?: string;
}

/** A second writer of one party makes the first retry; more than this is not two people but a fault. */
const ATTEMPTS_MAX = 5;

type Webhook = { readonly url: string; readonly secret: string; readonly overlapHours?: number };

/** Registers and changes parties: decide on the stream, append, project, answer. */
@Injectable()
export class PartyCommands {
  constructor(
    private readonly log: EventLogPort,
    private readonly writer: AccessWriter,
    private readonly contacts: PartyContacts,
    private readonly source: DataSource,
    private readonly settings: AccessSettings,
  ) {}

  /** 400 for a bad GLN or webhook, 409 for a party that is registered. */
  async register(by: Principal, body: PartyBody): Promise<PartyWritten> {
    const party = readPartyKey(body.id, '/id');
    const places = readPlaces(body.places ?? []);
    const webhook = this.readWebhook(body.webhook);
    const owned = await this.alsoItsOwn(party, places);
    const contactIds = await this.contacts.keep(party, body.contacts ?? []);
    const data = { party, name: body.name.trim(), roles: unique(body.roles ?? []), places, contactIds };
    const command: PartyCommand = { type: 'RegisterParty', data };
    return this.execute(by, command, () => placeAppends(by, party, owned), contactIds, webhook);
  }

  /** 404 for a party that is not registered, 403 for what only an authority may do. */
  async change(by: Principal, party: string, body: PartyChangeBody): Promise<PartyWritten> {
    const before = (await this.state(party)).state;
    if (!before.registered) throw Problem.notFound(`Party ${party} is not registered.`);
    const places = body.places === undefined ? undefined : readPlaces(body.places);
    const roles = body.roles === undefined ? undefined : unique(body.roles);
    if (!isAuthority(by) && roles?.some((role) => !before.roles.includes(role) && role === 'regulator') === true)
      throw Problem.forbidden('access/role-not-yours', 'Only an authority may name a party a regulator.');
    const webhook = this.readWebhook(body.webhook);
    if (places !== undefined) await refuseForeignPlaces(this.source, by, party, places);
    const contactIds = body.contacts === undefined ? undefined : await this.contacts.keep(party, body.contacts);
    const data = {
      party,
      ...(body.name === undefined ? {} : { name: body.name.trim() }),
      ...(roles === undefined ? {} : { roles }),
      ...(places === undefined ? {} : { places }),
      ...(contactIds === undefined ? {} : { contactIds }),
      ...(body.webhook === undefined ? {} : { webhookChanged: true }),
    };
    const command: PartyCommand = { type: 'ChangeParty', data };
    const moves = (state: PartyState): StreamAppend[] => {
      if (places === undefined) return [];
      const taken = places.filter((place) => !state.places.includes(place));
      return placeAppends(
        by,
        party,
        taken,
        state.places.filter((place) => !places.includes(place)),
      );
    };
    return this.execute(by, command, moves, contactIds, webhook);
  }

  /**
   * Puts a new signing secret in the place of the webhook's old one, which signs beside it for `overlapHours`.
   * 404 for a party that is not registered, 409 for one without a webhook.
   */
  async rotateWebhook(by: Principal, party: string, { secret, overlapHours = 24 }: RotateWebhookBody): Promise<PartyWritten> {
    if (!(await this.state(party)).state.registered) throw Problem.notFound(`Party ${party} is not registered.`);
    const row = await this.source.getRepository(WebhookEntity).findOneBy({ party });
    if (row === null) throw Problem.conflict('access/no-webhook', `Party ${party} has no webhook.`);
    const webhook = this.readWebhook({ url: row.url, ...(secret === undefined ? {} : { secret }) });
    if (webhook === undefined || webhook === null) throw Problem.conflict('access/no-webhook', `Party ${party} has no webhook.`);
    const command: PartyCommand = { type: 'ChangeParty', data: { party, webhookChanged: true } };
    return this.execute(by, command, () => [], undefined, { ...webhook, overlapHours });
  }

  private async execute(
    by: Principal,
    command: PartyCommand,
    beside: (state: PartyState) => StreamAppend[],
    contactIds: readonly string[] | undefined,
    webhook: Webhook | null | undefined,
  ): Promise<PartyWritten> {
    const { party } = command.data;
    try {
      for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
        const { state, version } = await this.state(party);
        const decision = decideParty(state, command);
        if (!decision.accepted) throw Problem.conflict(decision.code, decision.message);
        if (decision.events.length === 0) return { party, position: await this.log.head() };
        const records = decision.events.map((event) => recordBy(by, event.type, event.data));
        const appends = [{ stream: partyStream(party), expectedVersion: version, records }, ...beside(state)];
        const written = await this.writer.write(appends, (sql) => this.keepBeside(sql, party, contactIds, webhook));
        if (written.kind !== 'appended') continue;
        return { party, position: written.position, ...(webhook ? { webhookSecret: webhook.secret } : {}) };
      }
      throw Problem.conflict('access/party-busy', `Party ${party} is being changed by others; try again.`);
    } catch (error) {
      if (error instanceof Problem) await this.contacts.drop(contactIds ?? []);
      throw error;
    }
  }

  private async keepBeside(
    sql: Sql,
    party: string,
    contactIds: readonly string[] | undefined,
    webhook: Webhook | null | undefined,
  ): Promise<void> {
    if (contactIds !== undefined) await this.contacts.replaceBy(sql, party, contactIds);
    if (webhook === null) await sql.query('DELETE FROM access_webhook WHERE party = $1', [party]);
    if (webhook === null || webhook === undefined) return;
    await sql.query(
      `INSERT INTO access_webhook AS old (party, url, secret) VALUES ($1, $2, $3)
       ON CONFLICT (party) DO UPDATE SET url = excluded.url, secret = excluded.secret, changed_at = now(),
         previous_secret = CASE WHEN $4::float8 > 0 THEN old.secret END,
         previous_until = CASE WHEN $4::float8 > 0 THEN now() + $4 * interval '1 hour' END`,
      [party, webhook.url, webhook.secret, webhook.overlapHours ?? null],
    );
  }

  private async state(party: string): Promise<{ state: PartyState; version: number }> {
    const records = await this.log.readStream(partyStream(party));
    const state = records.reduce((before, record) => evolveParty(before, record as unknown as PartyEvent), unknownParty);
    return { state, version: records.at(-1)?.version ?? -1 };
  }

  /** Registration settles that the party's own GLN is its place, unless an authority has said otherwise. */
  private async alsoItsOwn(party: string, places: readonly string[]): Promise<string[]> {
    const own = ownPlace(party);
    if (places.includes(own)) return [...places];
    const row = (await describedPlaces(this.source, [own])).get(own);
    const settled = row !== undefined && row.party !== null && (row.assignedBy === null || row.party === party);
    return settled ? [...places] : [own, ...places];
  }

  private readWebhook(body: WebhookBody | null | undefined): Webhook | null | undefined {
    if (body === undefined || body === null) return body;
    const refusal = refuseWebhook(body.url, this.settings.egressAllow);
    if (refusal !== undefined) throw invalidBody([{ pointer: '/webhook/url', ...refusal }]);
    if (typeof body.secret === 'string' && !isWebhookSecret(body.secret))
      throw invalidBody([
        {
          pointer: '/webhook/secret',
          rule: 'access/webhook-secret',
          message: 'A secret is whsec_ and the base64 of 24 to 64 bytes.',
        },
      ]);
    return { url: body.url, secret: body.secret ?? newWebhookSecret() };
  }
}

function readPlaces(texts: readonly string[]): string[] {
  return unique(texts.map((text, index) => readPlaceKey(text, `/places/${index}`)));
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
