import { Scope } from '@suyuan/trace/domain';
import { narrows } from './narrows';

const [ONE, OTHER] = ['09506000134352', '09506000149301'];
const of = (...include: Scope['include']): Scope => ({ include });

describe('A scope in the place of another', () => {
  it('narrows where it may leave goods out', () => {
    const whole = of({ gtin: ONE });
    const narrower: [Scope, Scope][] = [
      [whole, of({ gtin: ONE, lots: ['1'] })],
      [whole, of({ gtin: OTHER })],
      [whole, { ...whole, exclude: [{ gtin: ONE, lots: ['1'] }] }],
      [whole, { ...whole, derived: false }],
      [of({ gtin: ONE, lots: ['1', '2'] }), of({ gtin: ONE, lots: ['1'] })],
      [of({ gtin: ONE, lots: ['1'] }, { gtin: OTHER }), of({ gtin: ONE, lots: ['1'] })],
      [of({ gtin: ONE, lots: ['1'] }), of({ gtin: ONE, lots: ['1'], place: '414/9506000000015' })],
      [of({ gtin: ONE, lotPattern: 'A*' }), of({ gtin: ONE, lotPattern: 'AB*' })],
      [of({ inputLots: [`01/${OTHER}/10/1`] }), of({ gtin: ONE, inputLots: [`01/${OTHER}/10/1`] })],
      [of({ gtin: ONE, serialRanges: [{ from: '1', to: '9' }] }), of({ gtin: ONE, serialRanges: [{ from: '1', to: '8' }] })],
    ];
    for (const [before, after] of narrower) expect([before, after, narrows(before, after)]).toEqual([before, after, true]);
  });

  it('does not where it reaches all of them', () => {
    const wider: [Scope, Scope][] = [
      [of({ gtin: ONE, lots: ['1'] }), of({ gtin: ONE, lots: ['2', '1'] })],
      [of({ gtin: ONE, lots: ['1'], place: '414/9506000000015' }), of({ gtin: ONE, lots: ['1'] })],
      [of({ gtin: ONE, serialRanges: [{ from: '1', to: '9' }] }), of({ gtin: OTHER }, { gtin: ONE })],
      [of({ gtin: ONE, lotPattern: 'A*' }), of({ gtin: ONE, lotPattern: 'A*' })],
      [{ ...of({ gtin: ONE }), exclude: [{ gtin: ONE, lots: ['1'] }], derived: false }, of({ gtin: ONE })],
      [of({ inputLots: [`01/${OTHER}/10/1`] }), of({ inputLots: [`01/${OTHER}/10/2`, `01/${OTHER}/10/1`] })],
    ];
    for (const [before, after] of wider) expect([before, after, narrows(before, after)]).toEqual([before, after, false]);
  });
});
