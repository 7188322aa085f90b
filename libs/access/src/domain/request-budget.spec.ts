import { KEYLESS_BUDGET, RequestBudget } from './request-budget';

describe('a request budget', () => {
  it('lets at least 1,000 requests a second of one address pass, for ever', () => {
    const budget = new RequestBudget(KEYLESS_BUDGET);
    let refused = 0;
    for (let ms = 0; ms < 60_000; ms += 1) refused += budget.take('10.0.0.1', ms) > 0 ? 1 : 0;
    expect(refused).toBe(0);
  });

  it('refuses what is beyond it and says when to come back', () => {
    const budget = new RequestBudget({ perSecond: 10, burst: 20 });
    for (let i = 0; i < 20; i += 1) expect(budget.take('a', 0)).toBe(0);
    expect(budget.take('a', 0)).toBe(1);
    expect(budget.take('a', 0, 15)).toBe(2);
    expect(budget.take('b', 0)).toBe(0);
    expect(budget.take('a', 1_000, 10)).toBe(0);
    expect(budget.take('a', 1_000)).toBe(1);
  });

  it('does not grow for ever, nor run backwards with the clock', () => {
    const budget = new RequestBudget({ perSecond: 10, burst: 20 }, 100);
    for (let i = 0; i < 1_000; i += 1) budget.take(`caller ${i}`, i);
    expect(budget.callers).toBeLessThanOrEqual(100);
    const other = new RequestBudget({ perSecond: 10, burst: 1 });
    other.take('a', 10_000);
    expect(other.take('a', 0)).toBe(1);
  });
});
