/** Waits for what comes a moment after its cause, such as a line of a log behind a response; how long a moment is, the machine decides. */
const GIVE_UP_MS = 120_000;
const LOOK_EVERY_MS = 20;

/** What `look` finds, once that is something. Throws, naming `what`, where it found nothing for so long that it never will. */
export async function eventually<Found>(
  what: string | (() => string),
  look: () => Found | Promise<Found>,
): Promise<Exclude<Found, false | null | undefined>> {
  const giveUpAtMs = performance.now() + GIVE_UP_MS;
  for (;;) {
    const found = await look();
    if (found !== false && found !== null && found !== undefined) {
      return found as Exclude<Found, false | null | undefined>;
    }
    if (performance.now() > giveUpAtMs) {
      throw new Error(`not within ${GIVE_UP_MS / 1_000} s: ${typeof what === 'string' ? what : what()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
