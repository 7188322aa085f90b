import { NoticeRules, RequiredFact } from '../regimes/regime';

const FINDABLE: readonly RequiredFact[] = ['gtin', 'codes', 'phone'];

/** What every notice has to say, whatever the regime: without it nobody can find the goods. */
export const EVERY_NOTICE: NoticeRules = {
  languages: ['zh-CN', 'en'],
  required: FINDABLE.map((fact) => ({
    fact,
    source: 'Suyuan: a holder must be able to find the goods and to ask',
    evidence: 'read',
  })),
  forbidden: [],
};
