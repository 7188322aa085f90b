import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadRegimes, SHIPPED_REGIMES } from './load-regimes';
import { regimesFor } from './regimes-for';

let own: string;
beforeEach(() => {
  own = mkdtempSync(path.join(tmpdir(), 'suyuan-regimes-'));
});
afterEach(() => rmSync(own, { recursive: true, force: true }));

type Timer = Record<string, unknown>;
type Profile = Record<string, unknown> & { timers: [Timer, Timer, Timer, Timer] };
const profile = (change: (it: Profile) => void, name = 'ours.json'): string => {
  const document = JSON.parse(readFileSync(path.join(SHIPPED_REGIMES, 'cn-food.json'), 'utf8')) as Profile;
  document['id'] = 'ours';
  change(document);
  writeFileSync(path.join(own, name), JSON.stringify(document));
  return path.join(own, name);
};
const fault = (): string => {
  try {
    loadRegimes(own);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('Regime profiles', () => {
  it('of all the laws that come with it are right', () => {
    expect(loadRegimes().ids().sort()).toEqual([
      'cn-consumer',
      'cn-device',
      'cn-drug',
      'cn-food',
      'drill',
      'eu-food',
      'eu-gpsr',
      'us-cpsc',
      'us-fda-part7',
      'us-fsma204',
    ]);
  });

  it('of a firm stand beside the shipped ones, with calendars of their own, and may take a shipped one’s place', () => {
    cpSync(path.join(SHIPPED_REGIMES, 'calendars'), path.join(own, 'calendars'), { recursive: true });
    profile(() => undefined);
    profile((it) => Object.assign(it, { id: 'drill', classes: it['classes'] }), 'drill.json');
    const book = loadRegimes(own);
    expect(book.get('ours')?.classes).toHaveLength(3);
    expect(book.get('drill')?.classes).toHaveLength(3);
    expect(book.ids()).toHaveLength(11);
  });

  it.each<[string, (it: Profile) => void, string]>([
    ['an unknown member', (it) => (it['retenton'] = 1), '/: does not know "retenton"'],
    ['a missing member', (it) => delete it['ladder'], '/: must have required property'],
    [
      'a wrong unit',
      (it) => (it.timers[0]['limit'] = { count: 1, unit: 'weeks' }),
      '/timers/0/limit/unit: must be one of s, min',
    ],
    [
      'an unknown class',
      (it) => (it.timers[0]['byClass'] = { IV: { count: 1, unit: 'h' } }),
      '/timers/0/byClass/IV: there is no class "IV"',
    ],
    ['an unknown calendar', (it) => (it['calendar'] = 'mars'), '/calendar: there is no calendar "mars"'],
    ['an unknown time zone', (it) => (it['timeZone'] = 'Asia/Peking2'), '/timeZone: "Asia/Peking2" is no time zone'],
    [
      'a round of nothing',
      (it) => (it.timers[2]['every'] = { count: 0, unit: 'wd' }),
      '/timers/2/every: must be more than nothing',
    ],
    [
      'a round in another unit',
      (it) => (it.timers[2]['every'] = { count: 1, unit: 'mo' }),
      '/timers/2/every: must be in the unit',
    ],
    ['two timers of one name', (it) => (it.timers[1]['name'] = it.timers[0]['name']), '/timers: two timers have one name'],
    [
      'a level that is none',
      (it) => Object.assign(it['effectiveness'] as object, { level: 'Z' }),
      '/effectiveness: there is no level "Z"',
    ],
    [
      'a level that only every object has',
      (it) => Object.assign(it['effectiveness'] as object, { level: 'constructor' }),
      '/effectiveness: there is no level "constructor"',
    ],
    [
      'a limit of centuries',
      (it) => (it.timers[0]['limit'] = { count: 101, unit: 'y' }),
      '/timers/0/limit: 101 y is more than 100 y',
    ],
    [
      'more working days than can be counted',
      (it) => (it['answers'] = { ...(it['answers'] as object), contain: { count: 5_001, unit: 'wd' } }),
      '/answers/contain: 5001 wd is more than 5000 wd',
    ],
    ['limits by no class', (it) => (it.timers[0]['byClass'] = {}), '/timers/0/byClass: must NOT have fewer than 1 properties'],
    [
      'a broken pattern',
      (it) =>
        ((it['notice'] as Record<string, unknown>)['forbidden'] = [
          { language: 'en', words: ['('], source: 'x', evidence: 'read' },
        ]),
      '/notice/forbidden/0/words/0: is no pattern',
    ],
  ])('with %s are refused, file and place named', (_, change, message) => {
    const file = profile(change);
    expect(fault()).toContain(`${file} ${message}`);
  });

  it('of one id in two files of a folder are refused: which counts would depend on their names', () => {
    profile(() => undefined, 'a.json');
    profile(() => undefined, 'b.json');
    expect(fault()).toContain(`${path.join(own, 'b.json')} /id: "ours" is also the id of a.json`);
  });

  it('that are no JSON or are not there are refused, and the start says so in one piece', () => {
    writeFileSync(path.join(own, 'ours.json'), '{');
    expect(fault()).toContain(path.join(own, 'ours.json'));
    profile((it) => it.timers.forEach((timer) => (timer['limit'] = { count: -1, unit: 'h' })));
    expect(() => regimesFor({ regimesDir: own })).toThrow(/^a regime profile is wrong: [^\n]*timers\/2[^\n]*; and \d+ more$/);
    expect(() => regimesFor({ regimesDir: path.join(own, 'absent') })).toThrow(/a regime profile is wrong: .*absent/);
  });

  it('know only days that are days: a make-up day on a weekday is a mistake', () => {
    cpSync(path.join(SHIPPED_REGIMES, 'calendars'), path.join(own, 'calendars'), { recursive: true });
    const file = path.join(own, 'calendars', 'cn.json');
    const calendar = JSON.parse(readFileSync(file, 'utf8')) as { years: Record<string, { workdays: string[] }> };
    calendar.years['2026']?.workdays.push('2026-05-13');
    writeFileSync(file, JSON.stringify(calendar));
    expect(fault()).toContain('/years/2026/workdays: 2026-05-13 is no weekend');
    calendar.years['2026']?.workdays.splice(-1, 1, '2026-02-30');
    writeFileSync(file, JSON.stringify(calendar));
    expect(fault()).toContain('/years/2026: 2026-02-30 is no day of 2026');
  });
});
