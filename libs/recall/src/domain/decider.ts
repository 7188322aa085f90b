/** What a decider answers: events that now are facts, or a refusal by name. */
export type Decision<Event> =
  { readonly ok: true; readonly events: readonly Event[] } | { readonly ok: false; readonly refusal: Refusal };

/** `code` is stable (`recall/wrong-state`), `detail` is for people. */
export interface Refusal {
  readonly code: string;
  readonly detail: string;
  readonly forbidden?: boolean;
}

export const accept = <Event>(...events: Event[]): Decision<Event> => ({ ok: true, events });
export const refuse = <Event>(code: string, detail: string): Decision<Event> => ({ ok: false, refusal: { code, detail } });
export const forbid = <Event>(code: string, detail: string): Decision<Event> => ({
  ok: false,
  refusal: { code, detail, forbidden: true },
});

/** One shape for whatever changes state: pure, total, deterministic. Times and ids come with the command. */
export interface Decider<State, Command, Event> {
  readonly initial: State;
  decide(state: State, command: Command): Decision<Event>;
  evolve(state: State, event: Event): State;
}
