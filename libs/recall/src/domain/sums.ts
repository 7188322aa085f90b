/** A decimal quantity without binary dust: to the billionth. */
export const exact = (quantity: number): number => Math.round(quantity * 1e9) / 1e9;

/** The sum of decimal quantities, without dust. */
export const sum = (figures: readonly number[]): number => exact(figures.reduce((all, one) => all + one, 0));
