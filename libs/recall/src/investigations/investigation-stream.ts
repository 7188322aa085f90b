import { StreamKind } from '../processes/decided-stream';
import { InvestigationCommand, investigationDecider, InvestigationState } from './domain/investigation.decider';
import { InvestigationEvent } from './domain/investigation.events';

export const INVESTIGATIONS: StreamKind<InvestigationState, InvestigationCommand, InvestigationEvent> = {
  decider: investigationDecider,
  prefix: 'investigation.',
};

export const investigationStream = (id: string): string => `investigation:${id}`;

/** Records that change what a till blocks. */
export const CHANGES_HOLD: readonly string[] = ['HoldPlaced', 'HoldLifted'].map((type) => INVESTIGATIONS.prefix + type);
