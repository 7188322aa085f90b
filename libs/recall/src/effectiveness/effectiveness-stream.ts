import { EventLogPort } from '@suyuan/event-log';
import { readDecided, StreamKind } from '../processes/decided-stream';
import { Effectiveness, EffectivenessCommand, effectivenessDecider, EffectivenessEvent } from './domain/effectiveness';

export const EFFECTIVENESS: StreamKind<Effectiveness, EffectivenessCommand, EffectivenessEvent> = {
  decider: effectivenessDecider,
  prefix: 'effectiveness.',
  words: {},
};

export const effectivenessStream = (recallId: string): string => `effectiveness:${recallId}`;

/** Samples and checks of a recall, from its stream: there are few. */
export async function readEffectiveness(log: EventLogPort, recallId: string): Promise<Effectiveness> {
  return (await readDecided(log, EFFECTIVENESS, effectivenessStream(recallId))).state;
}
