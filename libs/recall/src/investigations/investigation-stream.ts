import { StreamKind } from '../processes/decided-stream';
import { InvestigationCommand, investigationDecider, InvestigationState } from './domain/investigation.decider';
import { InvestigationEvent } from './domain/investigation.events';
import { INVESTIGATION_COMMAND_WORDS } from './domain/investigation.words';

export const INVESTIGATIONS: StreamKind<InvestigationState, InvestigationCommand, InvestigationEvent> = {
  decider: investigationDecider,
  prefix: 'investigation.',
  words: INVESTIGATION_COMMAND_WORDS,
};

export const investigationStream = (id: string): string => `investigation:${id}`;

/** Records that change what a till blocks. */
export const CHANGES_HOLD: readonly string[] = ['HoldPlaced', 'HoldLifted'].map((type) => INVESTIGATIONS.prefix + type);
