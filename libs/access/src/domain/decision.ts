/** What a decider answers: facts to record, or a named refusal. */
export type Decision<Event> =
  | { readonly accepted: true; readonly events: readonly Event[] }
  | { readonly accepted: false; readonly code: string; readonly message: string };

export function accept<Event>(...events: Event[]): Decision<Event> {
  return { accepted: true, events };
}

export function refuse(
  code: string,
  message: string,
): { readonly accepted: false; readonly code: string; readonly message: string } {
  return { accepted: false, code, message };
}
