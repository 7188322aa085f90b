import { inPath } from '../api';
import { partyUri } from '../script';
import { Stage } from '../stage';

/** Registers everybody, hands out keys, describes places and products. Already registered is fine: the play may be played again. */
export async function registration(stage: Stage): Promise<void> {
  const { narrator, admin, script } = stage;
  narrator.begin('Who is who / 参与方');
  await narrator.each('registering parties', script.parties, 4, async (row) => {
    const id = partyUri(row['gln'] ?? '');
    const party = {
      id,
      name: row['name'],
      roles: (row['roles'] ?? '').split('|'),
      contacts: [{ name: `Quality desk, ${row['name'] ?? ''}` }],
    };
    await admin.send('POST', '/api/v1/parties', JSON.stringify(party), 'application/json', [409]);
    const role = id === stage.code('regulator') ? 'regulator' : 'operator';
    const made = await admin.post<{ key: string; keyId: string }>(`/api/v1/parties/${inPath(id)}/keys`, { role, label: 'demo' });
    stage.keyIds.push(made.keyId);
    stage.desks.set(id, admin.withKey(made.key));
  });
  await admin.post(
    '/api/v1/master-data/places',
    script.parties.map((row) => ({
      id: `https://id.gs1.org/414/${row['gln'] ?? ''}`,
      party: partyUri(row['gln'] ?? ''),
      name: row['name'],
      address: row['city'],
      country: row['country'],
    })),
  );
  await admin.post(
    '/api/v1/master-data/products',
    script.products.map(({ gtin, producer, ...said }) => ({
      ...said,
      id: `https://id.gs1.org/01/${gtin ?? ''}`,
      producer: partyUri(producer ?? ''),
    })),
  );
  narrator.found(
    `${script.parties.length} parties in 3 countries, each with its own key, and ${script.products.length} products`,
  );
}
