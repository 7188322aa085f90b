/** Where commands to a holder's task carry what somebody wrote, or what a receiver's server answered. */
export const TASK_COMMAND_WORDS: Readonly<Record<string, readonly string[]>> = {
  NoteFailure: ['reason'],
  Mark: ['reason'],
  Unmark: ['reason'],
  Answer: ['answer.note', 'answer.reason', 'answer.lines.*.evidence'],
};

/** Where a task's state carries it. */
export const TASK_STATE_WORDS: readonly string[] = ['note', 'disputed', 'mark.reason', 'disposed.*.evidence'];
