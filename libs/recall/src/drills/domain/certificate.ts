import { DrillScore } from './score';

/** What a passed and completed drill proves. Times RFC 3339. */
export interface DrillCertificate {
  readonly drillId: string;
  readonly producers: readonly string[];
  readonly product: string;
  readonly performedAt: string;
  readonly completedAt: string;
  readonly validUntil: string;
  readonly score: DrillScore;
}

/** Months for which a passed drill shows readiness (GS1 Recall Ready; BRCGS Food 9: at least annually). */
const VALID_MONTHS = 12;

/** None before the drill is completed, and none for one that was not passed. */
export function certificateOf(
  drill: {
    readonly drillId: string;
    readonly producers: readonly string[];
    readonly product: string;
    readonly activatedAt: string | undefined;
    readonly completedAt: string | undefined;
  },
  score: DrillScore,
): { certificate?: DrillCertificate } {
  const { drillId, producers, product, activatedAt, completedAt } = drill;
  if (!score.passed || activatedAt === undefined || completedAt === undefined) return {};
  const until = new Date(completedAt);
  until.setUTCMonth(until.getUTCMonth() + VALID_MONTHS);
  const validUntil = until.toISOString();
  return { certificate: { drillId, producers, product, performedAt: activatedAt, completedAt, validUntil, score } };
}
