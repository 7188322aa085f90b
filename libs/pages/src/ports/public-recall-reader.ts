/** A recall as everybody may read it. */
export interface PublicRecall {
  readonly id: string;
  readonly title: string;
  /** In lower case: `active`, `suspended`, `completing`, `monitored`, `terminated`, `withdrawn_in_error`, … */
  readonly state: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly basis?: string;
  readonly product: string;
  readonly reason: string;
  readonly hazard: string;
  readonly instructions: string;
  readonly remedy?: string;
  /** What is affected, one line each, in the words printed on the product: `GTIN 09506…, lot F2405`. */
  readonly scope: readonly string[];
  readonly contacts: readonly { readonly name: string; readonly phone?: string; readonly email?: string }[];
  /** Texts by language tag (`zh-CN`, `en`) where they were written. */
  readonly languages?: Readonly<Record<string, { readonly title: string; readonly text: string } | undefined>>;
}

/** Published recalls, newest first. Bound to the recall library by the application. Drills are never among them. */
export abstract class PublicRecallReader {
  abstract find(id: string): Promise<PublicRecall | undefined>;
  abstract list(page: {
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<{ readonly items: readonly PublicRecall[]; readonly next?: string }>;
}
