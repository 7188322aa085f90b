/** One caller's work, waiting for its turn. */
interface Waiting<Work, Answer> {
  readonly work: Work;
  readonly size: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Whoever arrives while a commit is on its way shares the next one: the disk is flushed once for all of them. No timer:
 * a lone caller never waits, and the busier it is, the larger the groups become.
 */
export class GroupCommit<Work, Answer> {
  private waiting: Waiting<Work, Answer>[] = [];
  private running = false;

  constructor(
    /** Does all the works in one transaction and answers each in its place; throws when none of them happened. */
    private readonly commit: (works: readonly Work[]) => Promise<readonly Answer[]>,
    private readonly sizeMax: number,
    /** Whether a failure may be one caller's alone, so that the others deserve another try. */
    private readonly isOnes: (error: unknown) => boolean = () => true,
  ) {}

  /** `size` counts towards `sizeMax`, the bound of a group; a larger work goes alone. */
  submit(work: Work, size: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ work, size, resolve, reject });
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    for (let group = this.next(); group.length > 0; group = this.next()) await this.commitGroup(group);
    this.running = false;
  }

  private next(): Waiting<Work, Answer>[] {
    let size = 0;
    let count = 0;
    for (const waiting of this.waiting) {
      size += waiting.size;
      if (count > 0 && size > this.sizeMax) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  private async commitGroup(group: readonly Waiting<Work, Answer>[]): Promise<void> {
    try {
      const answers = await this.commit(group.map((waiting) => waiting.work));
      group.forEach((waiting, index) => waiting.resolve(answers[index] as Answer));
    } catch (error) {
      const [only, ...others] = group;
      // A neighbour that the database can't take must not take the others with it: each gets a transaction of its own.
      // Should the group have been committed after all (connection lost before the answer), ids make the repeat harmless.
      if (others.length > 0 && !this.isOnes(error)) for (const waiting of group) waiting.reject(error);
      else if (others.length > 0) for (const waiting of group) await this.commitGroup([waiting]);
      else only?.reject(error);
    }
  }
}
