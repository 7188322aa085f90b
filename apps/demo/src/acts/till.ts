import { inPath } from '../api';
import { claim } from '../claims';
import { Recall } from '../recall';
import { Stage } from '../stage';

interface Check {
  readonly verdict: string;
  readonly need?: readonly string[];
  readonly recalls: readonly { readonly id: string }[];
}

/** What a till, and a shopper with a telephone, is told: without a key. */
export async function till(stage: Stage, recall: Recall): Promise<void> {
  const { narrator } = stage;
  narrator.begin('A shopper scans the code on a pack / 扫码查询');
  const anybody = stage.admin.withKey(undefined);
  const check = (name: string): Promise<Check> => anybody.get<Check>(`/api/v1/check/${inPath(stage.code(name))}`);

  const affected = await check('returnedHeater');
  claim('the heater that was brought back is affected', affected.verdict === 'affected', affected);
  claim(
    'by this recall',
    affected.recalls.some(({ id }) => id === recall.id),
    affected,
  );
  const cereal = await check('cerealLot');
  claim('the cereal is not affected', cereal.verdict === 'not_affected', cereal);
  const spared = await check('goodHeater');
  const free = spared.recalls.every(({ id }) => id !== recall.id);
  claim('a heater with other fuses is not affected by this recall', free, spared);
  // An earlier play has recalled the second lot, and a code stays blocked when its recall has ended.
  const word = spared.verdict === 'not_affected' ? 'not affected' : 'affected by the recall of an earlier play';
  const open = await check('heater');
  claim('the product code alone is not enough', open.verdict === 'need_code', open);
  narrator.found(
    `${stage.code('returnedHeater').split('/21/')[1] ?? ''}: affected · ${stage.code('goodHeater').split('/21/')[1] ?? ''}: ${word} · the product code alone: ${(open.need ?? []).join(' or ')} needed`,
  );

  const path = new URL(stage.code('returnedHeater')).pathname;
  const page = await fetch(`${stage.admin.url}${path}`, { headers: { accept: 'text/html', 'accept-language': 'zh-CN' } });
  const text = await page.text();
  claim(
    'the page of the heater warns in Chinese',
    page.status === 200 && text.includes('召回') && text.includes('data-verdict="affected"'),
    page.status,
  );
  narrator.found(`its page says what to do, in Chinese and English: ${stage.admin.url}${path}`);
}
