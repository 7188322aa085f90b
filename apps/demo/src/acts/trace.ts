import { inPath } from '../api';
import { claim } from '../claims';
import { Standing } from '../script';
import { lotName, Stage } from '../stage';

interface Graph {
  readonly nodes: readonly { readonly id: string; readonly kind: string; readonly party?: string }[];
  readonly complete: boolean;
}

interface Holder {
  readonly party: string;
  readonly product: string;
  readonly quantity: number;
  readonly state: string;
}

/** From a burnt heater back to a lot of fuses, and from the fuses forward to everybody who has, had or sold any. */
export async function trace(stage: Stage): Promise<void> {
  const { narrator } = stage;
  const burnt = stage.code('burntHeater');
  narrator.begin(`A heater sold online burns: ${burnt} / 追溯`);
  const back = await stage.regulator.get<Graph>(`/api/v1/trace/${inPath(burnt)}?direction=backward`);
  const origins = new Set(back.nodes.map((node) => node.id));
  claim('the heater was made from a fuse of the bad lot', origins.has(stage.code('fuseLot')), back.nodes);
  claim('and from none of the good lot', !origins.has(stage.code('goodFuseLot')), back.nodes);
  narrator.found(
    `backward: it contains a thermal fuse of lot ${lotName(stage.code('fuseLot'))}, which does not open when hot; lot ${lotName(stage.code('goodFuseLot'))} is not in it`,
  );

  const forward = await stage.regulator.get<Graph>(`/api/v1/trace/${inPath(stage.code('fuseLot'))}?direction=forward`);
  const reached = new Set(forward.nodes.map((node) => node.id));
  const heaters = forward.nodes.filter((node) => node.kind === 'instance' && node.id.startsWith(`${stage.code('heater')}/21/`));
  claim('all 240 heaters made with these fuses are reached', heaters.length === 240, heaters.length);
  claim('the power strips are reached', reached.has(stage.code('stripLot')));
  for (const clear of ['goodHeater', 'goodFuseLot', 'cerealLot'])
    claim(`${clear} is not reached`, !reached.has(stage.code(clear)));
  narrator.found(
    'forward: 240 heaters and a lot of 4,800 power strips; the heaters with other fuses and the infant cereal are not reached',
  );
  await compareHolders(stage);
}

/** Every row of the server's answer against the books that were kept while the story was written. */
async function compareHolders(stage: Stage): Promise<void> {
  const { holders } = await stage.regulator.get<{ holders: Holder[] }>(`/api/v1/trace/${inPath(stage.code('fuseLot'))}/holders`);
  stage.lateDeliveryKnown = holders.some((row) => row.party === stage.code('lateShop'));
  const states: Readonly<Record<string, keyof Standing>> = {
    held: 'held',
    in_transit: 'inTransit',
    sold: 'sold',
    consumed: 'consumed',
  };
  const found = new Map<string, number>();
  for (const row of holders) {
    const key = `${row.product} ${row.party} ${states[row.state] ?? row.state}`;
    found.set(key, (found.get(key) ?? 0) + row.quantity);
  }
  let places = 0;
  for (const lot of stage.affectedLots)
    for (const [party, standing] of Object.entries(stage.booksOf(lot)))
      for (const [state, quantity] of Object.entries(standing) as [string, number][]) {
        const key = `${lot} ${party} ${state}`;
        claim(
          `${stage.name(party)}: ${quantity} of ${lotName(lot)} ${state}`,
          (found.get(key) ?? 0) === quantity,
          found.get(key) ?? 0,
        );
        if (quantity !== 0) places += 1;
        found.delete(key);
      }
  claim(
    'nobody else holds any',
    [...found.values()].every((quantity) => quantity === 0),
    [...found],
  );
  const parties = new Set(holders.filter((row) => row.quantity !== 0).map((row) => row.party));
  stage.narrator.found(`${parties.size} parties hold, sent, sold or used them; all ${places} quantities agree with the books`);
  const pudong = stage.script.parties.find((party) => party['name'] === 'Pudong Living');
  stage.narrator.found(
    `${pudong?.['name'] ?? ''} is not blamed for a delivery that was booked to it by mistake and declared an error`,
  );
}
