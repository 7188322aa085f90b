import { Problem } from '@suyuan/platform';
import { readScope } from './read-scope';

const faultsOf = (raw: unknown): unknown => {
  try {
    readScope(raw);
  } catch (error) {
    return (error as Problem).errors?.map(({ pointer, rule }) => [pointer, rule]);
  }
  return [];
};

describe('A recall’s scope is read', () => {
  it('in any spelling of its codes', () => {
    expect(
      readScope({ include: [{ gtin: '9506000134352', lots: ['F 1', 'https://example.com/01/09506000134352/10/F2'] }] }),
    ).toEqual({ include: [{ gtin: '09506000134352', lots: ['F 1', 'F2'] }] });
    expect(readScope({ include: [{ inputLots: ['(01)09506000134352(10)F1'] }] })).toEqual({
      include: [{ inputLots: ['01/09506000134352/10/F1'] }],
    });
  });

  it('with the product from the full code of a lot, which is the whole of it on a label', () => {
    expect(readScope({ include: [{ lots: ['https://example.com/01/09506000134352/10/F2', 'F3'] }] })).toEqual({
      include: [{ gtin: '09506000134352', lots: ['F2', 'F3'] }],
    });
    expect(readScope({ include: [{ lots: ['(01)09506000134352(10)F2'], inputLots: ['(01)09506000400198(10)C'] }] })).toEqual({
      include: [{ gtin: '09506000134352', lots: ['F2'], inputLots: ['01/09506000400198/10/C'] }],
    });
  });

  it.each([
    [{}, [['/scope/include', 'recall/scope-empty']]],
    [{ include: [{}] }, [['/scope/include/0', 'recall/scope-entry-empty']]],
    [{ include: [{ lots: ['F2'] }] }, [['/scope/include/0', 'recall/scope-entry-empty']]],
    [
      { include: [{ lots: ['(01)09506000134352(10)F2', '(01)09506000400198(10)C'] }] },
      [['/scope/include/0/lots/1', 'recall/scope-lot-of-other-product']],
    ],
    [{ include: [{ gtin: '(8003)09506000134352' }] }, [['/scope/include/0/gtin', 'recall/scope-code-kind']]],
    [
      { include: [{ inputLots: [{ gtin: '(8003)09506000134352', lot: 'C' }] }] },
      [
        ['/scope/include/0/inputLots/0/gtin', 'recall/scope-code-kind'],
        ['/scope/include/0/inputLots/0', 'recall/scope-input-lot'],
      ],
    ],
    [{ include: [{ gtin: '9506000134353' }] }, [['/scope/include/0/gtin', 'gs1/check-digit']]],
    [{ include: [{ gtin: '9506000134352', colour: 'red' }] }, [['/scope/include/0/colour', 'unknown-field']]],
    [
      { include: [{ gtin: '9506000134352', serialRanges: [{ from: '9', to: '1' }] }] },
      [['/scope/include/0/serialRanges/0', 'recall/scope-range-order']],
    ],
    [
      { include: [{ gtin: '9506000134352', producedBetween: { from: '2026-01-01', to: '2026-02-01T00:00:00Z' } }] },
      [['/scope/include/0/producedBetween/from', 'recall/bad-time']],
    ],
  ])('and refused with the place and the rule: %j', (raw, faults) => {
    expect(faultsOf(raw)).toEqual(faults);
  });
});
