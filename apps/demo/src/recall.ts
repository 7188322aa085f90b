import { Stage } from './stage';

export interface Progress {
  readonly tasks: Readonly<Record<'total' | 'sent' | 'delivered' | 'acknowledged' | 'acted' | 'done', number>>;
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

/** The recall of this play, as the regulator sees it. */
export class Recall {
  constructor(
    private readonly stage: Stage,
    readonly id: string,
  ) {}

  async progress(): Promise<Progress> {
    return this.stage.regulator.get<Progress>(`/api/v1/recalls/${this.id}/progress`);
  }

  /** Moves the recall on; resolves with its state afterwards. */
  async move(verb: 'activate' | 'complete' | 'terminate', body: object): Promise<string> {
    return (await this.stage.regulator.post<{ state: string }>(`/api/v1/recalls/${this.id}/${verb}`, body)).state;
  }
}
