import { Command, argument, inPath, option } from '../command';
import { usageError } from '../exit-code';
import { column, members } from '../output';
import { show } from '../terminal/table';

type Row = Readonly<Record<string, unknown>>;

const listKeys: Command = {
  name: 'keys list',
  usage: '[--party GLN]',
  summary: 'keys, without their secrets',
  options: { party: { type: 'string' } },
  run: async (context) => {
    const party = option(context, 'party');
    const rows: Row[] = [];
    for await (const row of context.api.items(party === undefined ? '/api/v1/keys' : `/api/v1/parties/${inPath(party)}/keys`))
      rows.push(row);
    const columns = ['keyId', 'role', 'party', 'label', 'expiresAt', 'lastUsedAt', 'revokedAt'].map((name) => column(name));
    context.output.list(rows, ...columns);
  },
};

const createKey: Command = {
  name: 'keys create',
  usage: '[--party GLN] [--role ROLE] [--label TEXT] [--expires TIME]',
  summary: 'a new key, shown once (role operator, regulator, auditor or admin)',
  options: { party: { type: 'string' }, role: { type: 'string' }, label: { type: 'string' }, expires: { type: 'string' } },
  run: async (context) => {
    const [party, role, label, expiresAt] = ['party', 'role', 'label', 'expires'].map((name) => option(context, name));
    if (party === undefined && (role === undefined || role === 'operator'))
      throw usageError('--party is missing: an operator acts for one party.');
    const path = party === undefined ? '/api/v1/keys' : `/api/v1/parties/${inPath(party)}/keys`;
    const made: Row = await context.api.post(path, { role, label, expiresAt });
    context.output.answer(made, () => [
      `key    ${show(made['key'])}`,
      `keyId  ${show(made['keyId'])}`,
      'It is shown only now: keep it in a safe place.',
    ]);
  },
};

const revokeKey: Command = {
  name: 'keys revoke',
  usage: 'KEYID',
  summary: 'a key that opens nothing any more',
  run: async (context) => {
    const keyId = argument(context, 0, 'KEYID');
    await context.api.send(`/api/v1/keys/${inPath(keyId)}`, { method: 'DELETE' });
    context.output.answer({ keyId, revoked: true }, () => [`${keyId} is revoked`]);
  },
};

const listParties: Command = {
  name: 'parties list',
  usage: '',
  summary: 'registered parties',
  run: async (context) => {
    const rows: Row[] = [];
    for await (const row of context.api.items('/api/v1/parties')) rows.push(row);
    context.output.list(rows, column('id'), column('name'), column('roles'), column('places'));
  },
};

const showParty: Command = {
  name: 'parties show',
  usage: 'GLN',
  summary: 'one party',
  run: async (context) => {
    const party: Row = await context.api.get(`/api/v1/parties/${inPath(argument(context, 0, 'GLN'))}`);
    context.output.answer(party, () => members(party));
  },
};

const addParty: Command = {
  name: 'parties create',
  usage: 'GLN NAME [--role ROLE]… [--place GLN]… [--webhook URL]',
  summary: 'register a party',
  options: { role: { type: 'string', multiple: true }, place: { type: 'string', multiple: true }, webhook: { type: 'string' } },
  run: async (context) => {
    const url = option(context, 'webhook');
    const body = {
      id: argument(context, 0, 'GLN'),
      name: argument(context, 1, 'NAME'),
      roles: context.options['role'] ?? [],
      places: context.options['place'] ?? [],
      ...(url === undefined ? {} : { webhook: { url } }),
    };
    const party: Row = await context.api.post('/api/v1/parties', body);
    const secret: unknown = (party['webhook'] as Row | undefined)?.['secret'];
    context.output.answer(party, () => [
      ...members(party),
      ...(secret === undefined ? [] : [`webhook secret, shown only now: ${show(secret)}`]),
    ]);
  },
};

export const partyCommands: readonly Command[] = [listKeys, createKey, revokeKey, listParties, showParty, addParty];
