import { createHash } from 'node:crypto';
import { DueTimes, WantedAnswer } from '../domain/holder-task.events';
import { addLimit, LimitEnd } from './clock/add-limit';
import { AnswerLimits, Limit, Regime, WorkCalendar } from './regime';

/** Where a recall names no regime that is known any more, holders still get clocks: these. */
const WITHOUT_REGIME: AnswerLimits = {
  acknowledge: { count: 24, unit: 'h' },
  contain: { count: 48, unit: 'h' },
  reconcile: { count: 240, unit: 'h' },
};
const NO_CALENDAR: WorkCalendar = { id: 'weekdays', name: '', weekend: [6, 7], years: {}, source: '', evidence: 'read' };

/** The profiles that are loaded. They do not change while a process runs. */
export class RegimeBook {
  private readonly regimes: ReadonlyMap<string, Regime>;
  private readonly calendars: ReadonlyMap<string, WorkCalendar>;

  constructor(regimes: readonly Regime[], calendars: readonly WorkCalendar[]) {
    this.regimes = new Map(regimes.map((regime) => [regime.id, regime]));
    this.calendars = new Map(calendars.map((calendar) => [calendar.id, calendar]));
  }

  get(id: string): Regime | undefined {
    return this.regimes.get(id);
  }

  ids(): string[] {
    return [...this.regimes.keys()];
  }

  all(): Regime[] {
    return [...this.regimes.values()];
  }

  /** Those of these ids that are loaded, in their order. A recall outlives a profile that a firm took away. */
  of(ids: readonly string[]): Regime[] {
    return ids.flatMap((id) => this.get(id) ?? []);
  }

  calendar(id: string): WorkCalendar | undefined {
    return this.calendars.get(id);
  }

  /** The same for the same profiles and calendars, whatever the process. */
  print(): string {
    const all = [...this.regimes.values(), ...this.calendars.values()];
    return createHash('sha256').update(JSON.stringify(all)).digest('hex');
  }

  /** When a limit of a regime that began at `from` (RFC 3339) ends. */
  readonly add = (limit: Limit, from: string, regime: Pick<Regime, 'timeZone' | 'calendar'>): LimitEnd =>
    addLimit(limit, from, { timeZone: regime.timeZone, calendar: this.calendar(regime.calendar) ?? NO_CALENDAR });

  /** By when a notice issued at `at` wants its answers: the strictest of the recall's regimes, by its class. */
  dueTimes(ids: readonly string[], recallClass: string | undefined, at: Date): DueTimes {
    const regimes = this.of(ids).map((regime) => ({ regime, limits: limitsOf(regime, recallClass) }));
    const from = at.toISOString();
    const due = (answer: WantedAnswer): string =>
      (regimes.length === 0
        ? [addLimit(WITHOUT_REGIME[answer], from, { timeZone: 'UTC', calendar: NO_CALENDAR })]
        : regimes.map(({ regime, limits }) => this.add(limits[answer], from, regime))
      )
        .map((end) => end.at)
        .sort()[0] ?? from;
    return { acknowledge: due('acknowledge'), contain: due('contain'), reconcile: due('reconcile') };
  }
}

function limitsOf({ answers, answersByClass }: Regime, recallClass: string | undefined): AnswerLimits {
  return (recallClass === undefined ? undefined : answersByClass?.[recallClass]) ?? answers;
}
