import { RecallContent } from '../domain/recall.events';
import { recallDecider } from '../domain/recall.decider';
import { recallNotification } from './gs1-recall-forms';
import { lintNotice } from './lint-notice';
import { machineForm } from './machine-form';
import { PHRASES } from './notice-phrases';
import { loadRegimes } from '../regimes/load-regimes';
import { NoticeFacts, renderNotice } from './render-notice';

const CONTENT: RecallContent = {
  title: 'Kettle K1',
  regimes: ['eu-gpsr', 'cn-consumer'],
  depth: 'consumer',
  reason: 'The handle may break.',
  hazard: 'Burns from boiling water.',
  product: 'Electric kettle K1',
  instructions: 'Stop using the kettle and set it apart.',
  contacts: [{ name: 'Recall desk', phone: '+86 10 1234' }],
  scope: { include: [{ gtin: '09506000134352', lots: ['L1', 'L2'], serialRanges: [{ from: '1', to: '900000' }] }] },
};
const REGIMES = loadRegimes();
const FACTS: NoticeFacts = {
  noticeId: 'rn-1',
  kind: 'recall',
  mode: 'real',
  content: CONTENT,
  quantities: [{ product: 'https://id.gs1.org/01/09506000134352/10/L1', uom: 'EA', held: 3, inTransit: 0, sold: 2 }],
  dueAt: { acknowledge: '2026-11-24T08:00:00Z', contain: '2026-11-25T20:30:00Z', reconcile: '2026-12-01T00:00:00Z' },
  regimes: REGIMES.of(CONTENT.regimes),
};

describe('A notice is written', () => {
  it('in both languages: what, codes and their place, hazard, do now, by when, how to answer, contact', () => {
    const { en, 'zh-CN': zh } = renderNotice(FACTS);
    expect(en.title).toBe('Product safety recall: Kettle K1');
    for (const part of [
      'GTIN 09506000134352, lot L1, L2, serial numbers 1 to 900000',
      'under the bar code',
      'Burns',
      'Do now: Stop using',
      '2026-11-24 08:00 UTC',
      'rn-1',
      '3 on hand',
      'lot L1',
      'Recall desk +86 10 1234',
    ])
      expect(en.text).toContain(part);
    expect(zh.title).toBe('产品安全召回：Kettle K1');
    for (const part of [
      '立即停止销售',
      '商品条码 09506000134352',
      '批号 L1、L2',
      '危害：',
      '现在请做：',
      '2026-11-26 04:30 北京时间',
      '如何答复',
      '联系方式：Recall desk',
    ])
      expect(zh.text).toContain(part);
    for (const { text } of [en, zh]) expect(text).not.toMatch(/[{}]|undefined/);
  });

  it('with the author’s words in the reader’s language where there are any', () => {
    const content = { ...CONTENT, details: { translations: { 'zh-CN': { title: '电水壶 K1', hazard: '开水烫伤' } } } };
    const { en, 'zh-CN': zh } = renderNotice({ ...FACTS, content });
    expect(zh.title).toBe('产品安全召回：电水壶 K1');
    expect(zh.text).toContain('危害：开水烫伤');
    expect(en.text).toContain('Hazard: Burns');
  });

  it('as a drill, an update and a release, each said at once', () => {
    const of = (change: Partial<NoticeFacts>) => renderNotice({ ...FACTS, ...change });
    expect(of({ mode: 'drill' }).en.title).toMatch(/^\[DRILL\] /);
    expect(of({ mode: 'drill' })['zh-CN'].text).toMatch(/^这是一次演练/);
    expect(of({ kind: 'update' }).en.title).toContain('(update)');
    expect(of({ kind: 'release' }).en.text).toContain('no longer subject');
    expect(of({ kind: 'release' }).en.text).not.toContain('Stop selling');
  });

  it('with braces and line breaks of the author left as text', () => {
    const { en } = renderNotice({ ...FACTS, content: { ...CONTENT, title: 'A {hazard}\r\nBcc: x', hazard: '{title}' } });
    expect(en.title).toBe('Product safety recall: A {hazard} Bcc: x');
    expect(en.text).toContain('Hazard: {title}');
  });

  it('without a word that its own linter forbids', () => {
    const templates = [
      ...Object.values(PHRASES),
      ...REGIMES.all().map(({ notice }) => ({ headline: notice.headline, line: notice.line })),
    ]
      .map((one) => JSON.stringify(one))
      .join('\n');
    for (const { forbidden } of REGIMES.all().map(({ notice }) => notice))
      for (const { words } of forbidden) for (const word of words) expect(templates).not.toMatch(new RegExp(word, 'iu'));
  });
});

describe('The notice linter', () => {
  const rules = (content: RecallContent): string[] =>
    lintNotice(content, REGIMES.of(content.regimes)).map(({ rule, pointer }) => `${rule} ${pointer}`);

  it('names what a regime misses, with its source', () => {
    const findings = lintNotice(CONTENT, REGIMES.of(CONTENT.regimes));
    expect(findings).toContainEqual(
      expect.objectContaining({
        rule: 'notice/missing-picture',
        pointer: '/details/picture',
        regime: 'eu-gpsr',
        evidence: 'read',
        severity: 'warning',
      }),
    );
    expect(rules(CONTENT)).toEqual(
      expect.arrayContaining([
        'notice/missing-two-remedies /details/remedies',
        'notice/missing-free-service /details/consumerLine',
        'notice/missing-language /details/translations/zh-CN/hazard',
      ]),
    );
    expect(rules(CONTENT)).not.toContain('notice/missing-stop-using /instructions');
  });

  it.each([
    ['A voluntary recall.', 'voluntary'],
    ['As a precautionary measure', 'precautionary'],
    ['It happens in rare cases only', 'in rare cases'],
    ['There are no reported accidents', 'no reported accidents'],
    ['企业自愿召回', '自愿'],
    ['目前尚无相关事故报告', '尚无相关事故'],
  ])('finds the softening word in %s', (hazard, word) => {
    const found = lintNotice({ ...CONTENT, hazard }, REGIMES.of(CONTENT.regimes)).filter(
      ({ rule }) => rule === 'notice/softening-word',
    );
    expect(found).toEqual([
      expect.objectContaining({ pointer: '/hazard', regime: 'eu-gpsr', message: `“${word}” plays the risk down` }),
    ]);
    expect(rules({ ...CONTENT, regimes: ['cn-food'], hazard }).join()).not.toContain('softening');
  });

  it('does not take a word inside another for one', () => {
    expect(rules({ ...CONTENT, hazard: 'Involuntary movement of the arm' }).join()).not.toContain('softening');
  });

  it('asks for GTINs and codes of each entry', () => {
    const scope = { include: [{ gtin: '09506000134352' }, { inputLots: ['01/09506000134352/10/F1'] }] };
    expect(rules({ ...CONTENT, scope })).toEqual(
      expect.arrayContaining(['notice/missing-codes /scope/include/0', 'notice/missing-gtin /scope/include/1/gtin']),
    );
  });

  it('is silent about a notice that has everything', () => {
    const translated = {
      title: '电水壶',
      product: '电水壶',
      reason: '把手',
      hazard: '烫伤',
      instructions: '停止使用',
      remedy: '退款',
    };
    const details = {
      brand: 'B', model: 'K1', picture: 'https://x.example/p.jpg', soldFrom: '2026-01', soldUntil: '2026-06', soldWhere: 'EU', codesPrintedAt: 'base',
      remedies: ['repair', 'refund'] as const, consumerLine: '0800 1', translations: { 'zh-CN': translated },
    }; // prettier-ignore
    expect(lintNotice({ ...CONTENT, remedy: 'Refund or repair', details }, REGIMES.of(CONTENT.regimes))).toEqual([]);
  });
});

describe('The machine-readable forms', () => {
  const recall = {
    ...recallDecider.initial,
    phase: 'active' as const,
    content: CONTENT,
    contentVersion: 2,
    producers: ['417/9506000111117'],
  };

  it('carry GTINs and the predicate with its ranges', () => {
    expect(machineForm('rc-1', recall)).toMatchObject({
      gtins: ['09506000134352'],
      version: 2,
      predicate: { include: [{ serialRanges: [{ from: '1', to: '900000' }] }] },
    });
  });

  it('carry GS1’s names and point to the first notification', () => {
    expect(recallNotification('rc-1', recall)).toMatchObject({
      originalPRNIdentification: 'rc-1',
      pRNIdentification: 'rc-1-v2',
      pRNVersionStatusCode: 'UPDATED',
      productRecallInitiator: { gln: ['9506000111117'] },
      productRecallReason: { explanation: 'The handle may break.' },
    });
  });
});
