/** From slight (1) to death or lasting harm (4). */
export type Severity = 1 | 2 | 3 | 4;

/** Upper bounds of how likely the harm is in the life of the product, from nearly certain to nearly never. */
export const PROBABILITIES = ['>1/2', '>1/10', '>1/100', '>1/1000', '>1/10000', '>1/100000', '>1/1000000', '<1/1000000'] as const;
export type Probability = (typeof PROBABILITIES)[number];

export type RiskLevel = 'serious' | 'high' | 'medium' | 'low';
const LEVELS: readonly RiskLevel[] = ['serious', 'high', 'medium', 'low'];

/** How the product may come to harm somebody. */
export interface HazardScenario {
  readonly harm: string;
  readonly severity: Severity;
  readonly probability: Probability;
  /** Children, the old, the ill: the same accident harms them more. */
  readonly vulnerable: boolean;
}

/**
 * Risk by severity (columns 1 to 4) and probability (rows). After the matrix of the EU's risk assessment guidelines;
 * unverified: from memory, to be compared with the text before anybody relies on it.
 */
const MATRIX: Readonly<Record<Probability, readonly [RiskLevel, RiskLevel, RiskLevel, RiskLevel]>> = {
  '>1/2': ['high', 'serious', 'serious', 'serious'],
  '>1/10': ['medium', 'serious', 'serious', 'serious'],
  '>1/100': ['medium', 'serious', 'serious', 'serious'],
  '>1/1000': ['low', 'high', 'serious', 'serious'],
  '>1/10000': ['low', 'medium', 'high', 'serious'],
  '>1/100000': ['low', 'low', 'medium', 'high'],
  '>1/1000000': ['low', 'low', 'low', 'medium'],
  '<1/1000000': ['low', 'low', 'low', 'low'],
};

/** One step graver for vulnerable people, never more than the gravest. */
export function riskOf({ severity, probability, vulnerable }: HazardScenario): RiskLevel {
  const column = Math.min(4, severity + (vulnerable ? 1 : 0)) - 1;
  return MATRIX[probability][column] ?? 'serious';
}

/** Of several scenarios the gravest counts; none at all is no assessment. */
export function gravest(scenarios: readonly HazardScenario[]): RiskLevel {
  const risks = scenarios.map(riskOf);
  return LEVELS.find((level) => risks.includes(level)) ?? 'low';
}
