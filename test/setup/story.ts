/**
 * A story in steps, each a test under its own title. A step depends on the ones before it, so it runs them first where
 * they have not run: in any order that Jest takes, and with `-t` for one of them.
 */
import { test } from '@jest/globals';
import { TEST_TIMEOUT_MS } from './limits.ts';

type Act = () => Promise<void> | void;

interface Step {
  readonly title: string;
  readonly act: Act;
  outcome?: Promise<void>;
}

/** The steps of one file or one `describe`, in the order of the story. */
export function story(
  register: (title: string, act: Act, timeoutMs: number) => void = test,
): (title: string, act: Act) => void {
  const steps: Step[] = [];
  const carryOut = async (index: number): Promise<void> => {
    const step = steps[index];
    if (step === undefined) return;
    await reach(index - 1).catch(() => {
      // That step reports its own failure.
      throw new Error(`the step before failed: ${steps[index - 1]?.title}`);
    });
    await inTime(step);
  };
  const reach = (index: number): Promise<void> => {
    const step = steps[index];
    if (step === undefined) return Promise.resolve();
    step.outcome ??= carryOut(index);
    return step.outcome;
  };
  return (title, act) => {
    const index = steps.push({ title, act }) - 1;
    // The step that Jest takes first has all before it to do, and a moment to say which of them took too long.
    register(title, () => reach(index), TEST_TIMEOUT_MS * (index + 2));
  };
}

/** A step that hangs ends here, or each step after it would wait as long again. */
async function inTime({ title, act }: Step): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`not done within ${TEST_TIMEOUT_MS / 1_000} s: ${title}`)),
    TEST_TIMEOUT_MS,
  );
  try {
    await Promise.race([act(), late]);
  } finally {
    clearTimeout(timer);
  }
}
