/** Puts what many askers want in one turn of the event loop into one question; each then takes its part of the answer. */
export class Gathering<Arg, Answer> {
  private wanted: { args: Set<Arg>; answer: Promise<Answer> } | undefined;

  constructor(private readonly ask: (args: readonly Arg[]) => Promise<Answer>) {}

  /** The answer to a question that has these arguments and perhaps more. */
  async get(args: Iterable<Arg>): Promise<Answer> {
    this.wanted ??= this.open();
    for (const arg of args) this.wanted.args.add(arg);
    return this.wanted.answer;
  }

  private open(): { args: Set<Arg>; answer: Promise<Answer> } {
    const args = new Set<Arg>();
    const answer = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      this.wanted = undefined;
      return this.ask([...args]);
    });
    return { args, answer };
  }
}
