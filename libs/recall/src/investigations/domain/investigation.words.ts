/** Where commands to an investigation carry what somebody wrote. */
export const INVESTIGATION_COMMAND_WORDS: Readonly<Record<string, readonly string[]>> = {
  Open: ['title'],
  Move: ['reason', 'evidence', 'assessment.scenarios.*.harm', 'hold.instructions', 'hold.reason'],
};

/** Where an investigation's state carries it. */
export const INVESTIGATION_STATE_WORDS: readonly string[] = [
  ...['title', 'finding.summary', 'assessment.scenarios.*.harm', 'closedReason'],
  ...['dispute.reason', 'dispute.evidence', 'dispute.answer', 'hold.instructions', 'hold.reason'],
];
