/** npm passes a Ctrl-C on that the terminal has sent us already; both are one wish. */
const ONE_WISH_MS = 1000;
const FORCED_EXIT = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * The first SIGINT, SIGTERM or SIGHUP stops cleanly and exits with 0; a second one, a second or more later, exits at once
 * with 128 plus its number (the database then recovers at the next start). A stop that fails exits with 1.
 */
export function onStopSignal(stop: () => Promise<void>): void {
  let first: number | undefined;
  for (const name of Object.keys(FORCED_EXIT) as (keyof typeof FORCED_EXIT)[]) {
    process.on(name, () => {
      if (first === undefined) {
        first = Date.now();
        stop().then(
          () => process.exit(0),
          (error: unknown) => {
            process.stderr.write(`suyuan: the stop failed: ${error instanceof Error ? error.message : String(error)}\n`);
            process.exit(1);
          },
        );
      } else if (Date.now() - first > ONE_WISH_MS) process.exit(FORCED_EXIT[name]);
    });
  }
}
