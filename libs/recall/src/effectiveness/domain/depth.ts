import { HolderTaskState } from '../../domain/holder-task.state';

export type Depth = 'consumer' | 'retail' | 'wholesale';

/**
 * Is a holder within the depth to which a recall goes (21 CFR 7.42(b)(1))? A recall to the wholesale level is not checked at
 * shops: those that sold affected goods to consumers, or are registered as retailers alone. Consumers are no holders here, so
 * to the consumer and to the retail level every holder counts.
 */
export function isWithinDepth({ holding }: Pick<HolderTaskState, 'holding'>, roles: readonly string[], depth: Depth): boolean {
  if (depth !== 'wholesale') return true;
  const sold =
    holding?.class === 'seller' || (holding?.rows.some(({ state, quantity }) => state === 'sold' && quantity !== 0) ?? false);
  return !sold && !(roles.length > 0 && roles.every((role) => role === 'retailer'));
}
