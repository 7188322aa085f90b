import { toUri } from '@suyuan/gs1';
import { HolderTaskState } from '../domain/holder-task.state';
import { RecallState } from '../domain/recall.decider';
import { RecallContact } from '../domain/recall.events';
import { machineForm } from './machine-form';

/**
 * The three messages of GS1 product recall with GS1's own field names, as JSON. Our ids stand where GS1 has a GDTI; each
 * version of a notification has an id of its own and points to the first.
 */
export function recallNotification(id: string, recall: RecallState, task?: HolderTaskState): Record<string, unknown> {
  const { content } = recall;
  const { gtins, predicate } = machineForm(id, recall);
  return {
    originalPRNIdentification: id,
    pRNIdentification: versionId(id, recall),
    pRNStatusCode: STATUS[recall.phase] ?? 'ACTIVE',
    pRNVersionStatusCode: recall.contentVersion > 1 ? 'UPDATED' : 'ORIGINAL',
    pRNTitle: content?.title,
    isTestNotification: recall.mode === 'drill',
    ...(content?.class === undefined ? {} : { incidentRiskLevelCode: content.class }),
    isPRNIssuingOrganisationThePrimaryRecallOrganisation: recall.basis === 'voluntary',
    productRecallInitiator: {
      gln: recall.producers.map(glnOf),
      contact: (content?.contacts ?? []).map(contactOf),
      ...(content?.details?.afterHours === undefined
        ? {}
        : { afterHoursCommunicationChannel: { telephone: content.details.afterHours } }),
    },
    ...(task === undefined ? {} : { productRecallImpactedRecipient: { partyId: toUri(task.party), gln: glnOf(task.party) } }),
    productRecallReason: { ...code(content?.details?.reasonCode), explanation: content?.reason, hazard: content?.hazard },
    productRecallTradeItem: { gtin: gtins, affectedItems: predicate },
    productRecallInstruction: content?.instructions,
    ...(content?.details?.soldWhere === undefined ? {} : { productRecallMarketDetail: { market: content.details.soldWhere } }),
  };
}

/** What a holder says became of the goods; undefined while it has said nothing. */
export function removalConfirmation(id: string, recall: RecallState, task: HolderTaskState): Record<string, unknown> | undefined {
  const { contained, disposed, reconciled } = task;
  if (contained === undefined && disposed.length === 0 && reconciled === undefined && task.affected !== false) return undefined;
  return {
    pRCIdentification: `${task.noticeId}-v${task.version}`,
    originalPRNIdentification: id,
    pRNIdentification: versionId(id, recall),
    recipient: { partyId: toUri(task.party), gln: glnOf(task.party) },
    isProductAffected: task.affected ?? true,
    quantityRemoved: (contained ?? []).map(({ product, uom, quantity }) => ({ product: toUri(product), uom, quantity })),
    disposition: disposed.map(({ product, uom, quantity, method, evidence }) => ({
      product: toUri(product),
      uom,
      quantity,
      method,
      ...(evidence === undefined ? {} : { evidence }),
    })),
    reconciliation: (reconciled ?? []).map((line) => ({ ...line, product: toUri(line.product) })),
  };
}

/** The end of a recall; undefined while it has not ended. */
export function closeoutNotification(id: string, recall: RecallState): Record<string, unknown> | undefined {
  if (recall.phase !== 'terminated' && recall.phase !== 'withdrawn_in_error') return undefined;
  return {
    pRCNIdentification: `${id}-closeout`,
    originalPRNIdentification: id,
    pRNIdentification: versionId(id, recall),
    pRNStatusCode: STATUS[recall.phase],
    pRNTitle: recall.content?.title,
    closeoutDateTime: recall.terminatedAt,
  };
}

const STATUS: Readonly<Partial<Record<RecallState['phase'], string>>> = {
  terminated: 'CLOSED',
  withdrawn_in_error: 'WITHDRAWN',
  suspended: 'SUSPENDED',
};

const versionId = (id: string, { contentVersion }: RecallState): string => `${id}-v${contentVersion}`;
const glnOf = (party: string): string => party.replace(/^417\//, '');
const code = (reasonCode: string | undefined): object => (reasonCode === undefined ? {} : { code: reasonCode });
const contactOf = ({ name, phone, email }: RecallContact): object => ({
  personName: name,
  ...(phone === undefined ? {} : { telephone: phone }),
  ...(email === undefined ? {} : { email }),
});
