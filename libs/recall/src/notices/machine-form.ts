import { RecallState } from '../domain/recall.decider';
import { showScope } from '../scope/show-scope';

/**
 * The recall as a machine takes it: GTINs and the predicate that tells affected goods, versioned. Ranges stay ranges: whoever
 * holds a code evaluates the predicate, or asks `check`.
 */
export function machineForm(id: string, { content, contentVersion, phase, mode, basis }: RecallState): Record<string, unknown> {
  if (content === undefined) return { id, version: contentVersion, state: phase };
  const gtins = [...new Set(content.scope.include.flatMap(({ gtin }) => gtin ?? []))].sort();
  return {
    id,
    version: contentVersion,
    state: phase,
    mode,
    basis,
    regimes: content.regimes,
    ...(content.class === undefined ? {} : { class: content.class }),
    depth: content.depth,
    title: content.title,
    product: content.product,
    gtins,
    predicate: showScope(content.scope),
    derived: content.scope.derived !== false,
    reason: { ...(content.details?.reasonCode === undefined ? {} : { code: content.details.reasonCode }), text: content.reason },
    hazard: content.hazard,
    instructions: content.instructions,
    ...(content.remedy === undefined ? {} : { remedy: content.remedy }),
    ...(content.details === undefined ? {} : { details: content.details }),
    contacts: content.contacts,
  };
}
