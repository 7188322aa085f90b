import { JourneyStep } from '../ports/product-journey';
import { Language } from './language';

/** Everything the public pages say, in one language. */
export interface Texts {
  readonly site: string;
  readonly tagline: string;
  readonly otherLanguage: string;
  readonly recalls: string;
  readonly documentation: string;
  readonly home: string;
  readonly recalled: string;
  readonly possiblyRecalled: string;
  readonly notRecalled: string;
  readonly notRecalledMore: string;
  readonly needCode: string;
  readonly needCodeMore: string;
  readonly whatToDo: string;
  readonly recallPage: string;
  readonly lot: string;
  readonly serial: string;
  readonly gtin: string;
  readonly checkAgain: string;
  readonly unknownProduct: string;
  readonly unknownProductMore: string;
  readonly brand: string;
  readonly producer: string;
  readonly origin: string;
  readonly produced: string;
  readonly expiry: string;
  readonly madeFrom: string;
  readonly journey: string;
  readonly noJourney: string;
  readonly journeyGoesOn: string;
  readonly steps: Readonly<Record<JourneyStep['kind'], string>>;
  readonly badCode: string;
  readonly badCodeMore: string;
  readonly notFound: string;
  readonly notFoundMore: string;
  readonly noRecalls: string;
  readonly older: string;
  readonly since: string;
  readonly status: string;
  readonly affectedProducts: string;
  readonly affectedCodes: string;
  readonly reason: string;
  readonly hazard: string;
  readonly remedy: string;
  readonly contacts: string;
  readonly states: Readonly<Record<string, string | undefined>>;
  readonly bases: Readonly<Record<string, string | undefined>>;
  readonly landing: string;
  readonly codeField: string;
  readonly lookUp: string;
}

const en: Texts = {
  site: 'Suyuan',
  tagline: 'Where products come from, and what to do when one is recalled',
  otherLanguage: '中文',
  recalls: 'Recalls',
  documentation: 'API documentation',
  home: 'Home',
  recalled: 'This product is recalled',
  possiblyRecalled: 'This product may be affected by a recall: treat it as recalled',
  notRecalled: 'Not recalled',
  notRecalledMore: 'No recall known here names this product code.',
  needCode: 'We need one more number to tell',
  needCodeMore: 'Some of these products are recalled. Enter what is printed on the pack or the rating plate:',
  whatToDo: 'What to do',
  recallPage: 'Read the recall notice',
  lot: 'Lot or batch number',
  serial: 'Serial number',
  gtin: 'Product code (GTIN)',
  checkAgain: 'Check',
  unknownProduct: 'We know nothing about this product',
  unknownProductMore:
    'The code is well formed, but nobody has told this service about the product. That says nothing about whether it is genuine.',
  brand: 'Brand',
  producer: 'Producer',
  origin: 'Country of origin',
  produced: 'Produced',
  expiry: 'Use by',
  madeFrom: 'Made from, or containing',
  journey: 'Its journey',
  noJourney: 'Nothing has been recorded about its journey for this code.',
  journeyGoesOn: 'More has been recorded than is shown here.',
  steps: {
    made: 'Made',
    used: 'Used to make something else',
    packed: 'Packed',
    shipped: 'Shipped',
    arrived: 'Arrived',
    sold: 'Sold',
    returned: 'Returned',
    ended: 'Taken out of use',
  },
  badCode: 'This code can’t be right',
  badCodeMore: 'Please compare it with the number printed under the barcode.',
  notFound: 'There is no such page',
  notFoundMore: 'The address may be mistyped, or the recall was never published.',
  noRecalls: 'No recall has been published.',
  older: 'Older recalls',
  since: 'Published',
  status: 'Status',
  affectedProducts: 'Product',
  affectedCodes: 'Affected codes',
  reason: 'Why',
  hazard: 'Danger',
  remedy: 'What you get',
  contacts: 'Ask',
  states: {
    decided: 'decided',
    planned: 'planned',
    active: 'in progress',
    suspended: 'suspended by the authority',
    completing: 'being completed',
    monitored: 'under observation',
    terminated: 'closed by the authority',
    withdrawn_in_error: 'withdrawn: published in error',
  },
  bases: { voluntary: 'by the producer', requested: 'requested by the authority', ordered: 'ordered by the authority' },
  landing:
    'Makers, carriers and shops record here what happens to their products. Scan the code on a pack, or type it below, to see where the product comes from and whether it is recalled.',
  codeField: 'Code on the product (GTIN, Digital Link or element string)',
  lookUp: 'Look it up',
};

const zh: Texts = {
  site: '溯源',
  tagline: '产品从哪里来，召回时怎么办',
  otherLanguage: 'English',
  recalls: '召回公告',
  documentation: '接口文档',
  home: '首页',
  recalled: '本产品已被召回',
  possiblyRecalled: '本产品可能在召回范围内，请按已召回处理',
  notRecalled: '未被召回',
  notRecalledMore: '本系统已知的召回均不涉及此产品编码。',
  needCode: '还需要一个号码才能判断',
  needCodeMore: '该产品的一部分已被召回。请输入包装或铭牌上印刷的号码：',
  whatToDo: '请这样做',
  recallPage: '查看召回公告',
  lot: '批号',
  serial: '序列号',
  gtin: '商品条码（GTIN）',
  checkAgain: '查询',
  unknownProduct: '本系统没有该产品的信息',
  unknownProductMore: '编码格式正确，但没有企业登记过该产品。这不能说明产品的真伪。',
  brand: '品牌',
  producer: '生产者',
  origin: '原产国',
  produced: '生产日期',
  expiry: '保质期至',
  madeFrom: '原料或部件',
  journey: '流通过程',
  noJourney: '此编码没有流通记录。',
  journeyGoesOn: '后续流通记录较多,此处未全部显示。',
  steps: {
    made: '生产',
    used: '用于生产',
    packed: '包装',
    shipped: '发货',
    arrived: '到货',
    sold: '售出',
    returned: '退货',
    ended: '停止使用',
  },
  badCode: '编码有误',
  badCodeMore: '请与条码下方印刷的号码核对。',
  notFound: '没有这个页面',
  notFoundMore: '地址可能有误，或该召回没有公布。',
  noRecalls: '目前没有已公布的召回。',
  older: '更早的召回',
  since: '公布日期',
  status: '状态',
  affectedProducts: '产品',
  affectedCodes: '涉及的编码',
  reason: '召回原因',
  hazard: '危害',
  remedy: '处理方式',
  contacts: '联系方式',
  states: {
    decided: '已决定',
    planned: '已制定计划',
    active: '进行中',
    suspended: '已由主管部门暂停',
    completing: '收尾中',
    monitored: '持续监测中',
    terminated: '已由主管部门终止',
    withdrawn_in_error: '已撤回：系误发',
  },
  bases: { voluntary: '生产者主动召回', requested: '主管部门要求召回', ordered: '主管部门责令召回' },
  landing: '生产、运输和销售企业在这里记录产品的来龙去脉。扫描包装上的编码，或在下面输入，即可查看产品的来源以及是否被召回。',
  codeField: '产品上的编码（GTIN、Digital Link 或 GS1 要素串）',
  lookUp: '查询',
};

export const TEXTS: Readonly<Record<Language, Texts>> = { en, 'zh-CN': zh };
