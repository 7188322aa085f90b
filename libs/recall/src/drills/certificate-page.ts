import { DrillCertificate } from './domain/certificate';

/** The certificate as a page to print. */
export function certificatePage({
  drillId,
  producers,
  product,
  performedAt,
  completedAt,
  validUntil,
  score,
}: DrillCertificate): string {
  const rows: readonly [string, string][] = [
    ['Drill · 演练', drillId],
    ['Producer · 生产者', producers.join(', ')],
    ['Product · 产品', product],
    ['Performed · 开始', performedAt],
    ['Completed · 完成', completedAt],
    ['Valid until · 有效期至', validUntil],
    ['Holders · 持有方', String(score.holders)],
    ['Holder list after · 名单用时', `${score.secondsToHolderList ?? '–'} s`],
    ['All accounted after · 全部核对用时', `${score.accounted.seconds ?? '–'} s`],
    ['Quantity accounted · 核对数量', `${(score.quantityAccounted * 100).toFixed(1)} %`],
    ['Trace holes · 追溯缺口', String(score.traceHoles)],
  ];
  const cells = rows.map(([name, value]) => `<tr><th>${escaped(name)}</th><td>${escaped(value)}</td></tr>`).join('');
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    '<title>Recall drill certificate</title>',
    '<style>body{font:16px system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem}h1{border-bottom:3px solid}',
    'table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.5rem;border-bottom:1px solid #ccc;overflow-wrap:anywhere}</style>',
    `<h1>Recall drill passed · 召回演练合格</h1><table>${cells}</table></html>`,
  ].join('\n');
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
