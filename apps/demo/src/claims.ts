/** What the play said would happen did not. */
export class ClaimFailed extends Error {}

/** Ends the play when `holds` is false: nothing is printed that was not looked at. @param seen what was found instead. */
export function claim(what: string, holds: boolean, seen?: unknown): void {
  if (holds) return;
  throw new ClaimFailed(seen === undefined ? what : `${what}; the server answered ${JSON.stringify(seen)?.slice(0, 1500)}`);
}

/** Asks again until the answer will do. Resolves with it and the milliseconds it took; fails after `withinMs`. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  withinMs = 20_000,
): Promise<{ answer: T; ms: number }> {
  const begin = Date.now();
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return { answer, ms: Date.now() - begin };
    if (Date.now() - begin > withinMs) throw new ClaimFailed(`${what} did not happen within ${withinMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
