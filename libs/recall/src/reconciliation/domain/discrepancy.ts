import { accept, Decider, Decision, refuse } from '../../domain/decider';
import { sum } from '../../domain/sums';
import { HolderBalance } from './balance';
import { nameOf } from './common-unit';

export type CaseState = 'open' | 'explained' | 'settled' | 'referred';

/** A difference between what one holder declared of a product and what the graph derives. */
export interface DiscrepancyCase {
  readonly caseId: string;
  readonly product: string;
  readonly uom: string;
  readonly difference: number;
  readonly derived: number;
  readonly declared: number;
  readonly state: CaseState;
  readonly openedAt: string;
  /** The newest word on it. */
  readonly reason?: string;
  readonly changedAt: string;
}

/** The cases of one holder of one recall, by product and unit. */
export interface Discrepancies {
  readonly cases: Readonly<Record<string, DiscrepancyCase>>;
}

interface Figures {
  readonly caseId: string;
  readonly product: string;
  readonly uom: string;
  readonly difference: number;
  readonly derived: number;
  readonly declared: number;
}

export type DiscrepancyEvent =
  | ({ readonly type: 'DiscrepancyOpened'; readonly at: string } & Figures)
  | ({ readonly type: 'DiscrepancyMoved'; readonly at: string } & Figures)
  /** The figures agree again. */
  | { readonly type: 'DiscrepancyCleared'; readonly caseId: string; readonly at: string }
  | {
      readonly type: 'DiscrepancyExplained' | 'DiscrepancySettled' | 'DiscrepancyReferred';
      readonly caseId: string;
      readonly reason: string;
      readonly at: string;
      readonly by: string;
    };

export type DiscrepancyCommand =
  | {
      readonly type: 'Compare';
      readonly balances: readonly HolderBalance[];
      readonly caseIdOf: (name: string) => string;
      readonly at: string;
    }
  | {
      readonly type: 'Explain' | 'Settle' | 'Refer';
      readonly caseId: string;
      readonly reason: string;
      readonly at: string;
      readonly by: string;
    };

/** Where commands carry what somebody wrote; and a case, in its member of the same name. */
export const DISCREPANCY_COMMAND_WORDS: Readonly<Record<string, readonly string[]>> = {
  Explain: ['reason'],
  Settle: ['reason'],
  Refer: ['reason'],
};
export const CASE_WORDS: readonly string[] = ['reason'];

/** What decimal sums may be off by. Goods that are counted or weighed have no other tolerance. */
const DUST = 1e-9;

/**
 * Cases open when the figures differ, follow the figures while they move, and close by themselves when they agree. People
 * explain, settle or refer them; figures that move again reopen what was closed by words.
 */
export const discrepancyDecider: Decider<Discrepancies, DiscrepancyCommand, DiscrepancyEvent> = {
  initial: { cases: {} },
  decide,
  evolve,
};

function decide(state: Discrepancies, command: DiscrepancyCommand): Decision<DiscrepancyEvent> {
  if (command.type === 'Compare') return accept(...compare(state, command));
  const found = Object.values(state.cases).find(({ caseId }) => caseId === command.caseId);
  if (found === undefined) return refuse('recall/unknown-case', 'there is no such discrepancy');
  const { caseId, reason, at, by } = command;
  if (found.state === 'settled') return refuse('recall/case-settled', 'this discrepancy has been settled');
  const type = ({ Explain: 'DiscrepancyExplained', Settle: 'DiscrepancySettled', Refer: 'DiscrepancyReferred' } as const)[
    command.type
  ];
  return accept({ type, caseId, reason, at, by });
}

function compare(
  { cases }: Discrepancies,
  { balances, caseIdOf, at }: Extract<DiscrepancyCommand, { type: 'Compare' }>,
): DiscrepancyEvent[] {
  const events: DiscrepancyEvent[] = [];
  const differing = new Set<string>();
  for (const { product, uom, difference, derived, declared, partial } of balances) {
    if (difference === undefined || declared === undefined) continue;
    const name = nameOf({ product, uom });
    const known = cases[name];
    const sides = {
      derived: derived === undefined ? 0 : partial ? derived.held : derived.received - derived.inTransit,
      declared: sum(Object.values(declared)),
    };
    if (Math.abs(difference) <= DUST) continue;
    differing.add(name);
    const figures = { caseId: known?.caseId ?? caseIdOf(name), product, uom, difference, ...sides };
    if (known === undefined) events.push({ type: 'DiscrepancyOpened', ...figures, at });
    else if (known.difference !== difference) events.push({ type: 'DiscrepancyMoved', ...figures, at });
  }
  for (const [name, known] of Object.entries(cases)) {
    // Also where what was counted by itself is now counted together with another unit: the case is the other's.
    const compared = balances.some(
      (one) => one.difference !== undefined && [one, ...(one.converted ?? [])].some((unit) => nameOf(unit) === name),
    );
    if (compared && !differing.has(name) && known.difference !== 0)
      events.push({ type: 'DiscrepancyCleared', caseId: known.caseId, at });
  }
  return events;
}

function evolve(state: Discrepancies, event: DiscrepancyEvent): Discrepancies {
  if (event.type === 'DiscrepancyOpened' || event.type === 'DiscrepancyMoved') {
    const { type: _type, at, ...figures } = event;
    const name = nameOf(event);
    const openedAt = state.cases[name]?.openedAt ?? at;
    return { cases: { ...state.cases, [name]: { ...figures, state: 'open', openedAt, changedAt: at } } };
  }
  const entry = Object.entries(state.cases).find(([, { caseId }]) => caseId === event.caseId);
  if (entry === undefined) return state;
  const [name, known] = entry;
  const word =
    event.type === 'DiscrepancyCleared'
      ? { state: 'settled' as const, difference: 0, reason: 'The figures agree.' }
      : { state: STATE[event.type], reason: event.reason };
  return { cases: { ...state.cases, [name]: { ...known, ...word, changedAt: event.at } } };
}

const STATE = { DiscrepancyExplained: 'explained', DiscrepancySettled: 'settled', DiscrepancyReferred: 'referred' } as const;
