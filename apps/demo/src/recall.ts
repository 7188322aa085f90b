import { Stage } from './stage';

export interface Progress {
  readonly tasks: Readonly<Record<'total' | 'sent' | 'delivered' | 'acknowledged' | 'acted' | 'done', number>>;
  readonly byState: Readonly<Record<string, number>>;
  readonly quantities: readonly {
    readonly product: string;
    readonly produced: number;
    readonly located: number;
    readonly contained: number;
    readonly disposed: number;
    readonly sold: number;
    readonly unaccounted: number;
  }[];
}

/** A clock of one regime. */
export interface Clock {
  readonly name: string;
  readonly regime: string;
  readonly limit: string;
  readonly status: string;
}

export interface Holder {
  readonly party: string;
  readonly noticeId: string;
  readonly state: string;
}

export interface Entry {
  readonly type: string;
  readonly party?: string;
  readonly kind?: string;
  readonly reason?: string;
}

/** Figures of one holder that do not close. */
export interface Case {
  readonly caseId: string;
  readonly party: string;
  readonly product: string;
  readonly derived: number;
  readonly declared: number;
  readonly difference: number;
  readonly state: string;
  readonly reason?: string;
}

/** The play's own regime, whose clocks run in seconds: `apps/demo/regimes`. */
export const QUICK_REGIME = 'demo-quick';

type Move = 'activate' | 'amend' | 'file-report' | 'complete' | 'monitor' | 'terminate';

/** The recall of this play, as the regulator sees it. */
export class Recall {
  constructor(
    private readonly stage: Stage,
    readonly id: string,
    readonly regimes: readonly string[],
  ) {}

  get hasQuickRegime(): boolean {
    return this.regimes.includes(QUICK_REGIME);
  }

  async progress(): Promise<Progress> {
    return this.stage.regulator.get<Progress>(this.path('progress'));
  }

  async clocks(): Promise<Clock[]> {
    return this.items<Clock>('deadlines');
  }

  async holders(): Promise<Holder[]> {
    return this.items<Holder>('holders');
  }

  /** What happened to one holder, first to last. */
  async timelineOf(party: string): Promise<Entry[]> {
    return (await this.items<Entry>('timeline?limit=1000')).filter((entry) => entry.party === party);
  }

  /** Cases in which figures differ; those that agree by now are left out. */
  async differences(): Promise<Case[]> {
    return (await this.items<Case>('discrepancies')).filter(({ difference }) => difference !== 0);
  }

  /** Moves the recall on; resolves with its state afterwards. */
  async move(verb: Move, body: object): Promise<string> {
    return (await this.stage.regulator.post<{ state: string }>(this.path(verb), body)).state;
  }

  path(rest: string): string {
    return `/api/v1/recalls/${this.id}/${rest}`;
  }

  private async items<T>(rest: string): Promise<T[]> {
    return (await this.stage.regulator.get<{ items: T[] }>(this.path(rest))).items;
  }
}
