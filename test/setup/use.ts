/**
 * What tests stand on. `const vault = use(() => startVault());` at the top of a file or a `describe` makes a vault before
 * its tests, and takes it down after them; what was made later is taken down first. It is disposed of, or stopped where it
 * can only stop.
 */
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';

type Thing = object & Partial<AsyncDisposable & Disposable & { stop(): unknown }>;

/** All that is there, in the order in which it was made. */
const there: Thing[] = [];

/** Stands for what `make` gives, which is there from the first test on. */
export const use = <Made extends Thing>(make: () => Made | Promise<Made>): Made => used(make, beforeAll, afterAll);

/** The same, made anew for each test. */
export const useInEach = <Made extends Thing>(make: () => Made | Promise<Made>): Made =>
  used(make, beforeEach, afterEach);

function used<Made extends Thing>(
  make: () => Made | Promise<Made>,
  before: typeof beforeAll,
  after: typeof afterAll,
): Made {
  let made: Made | undefined;
  before(async () => {
    made = await make();
    there.push(made);
  });
  after(async () => {
    while (made !== undefined && there.includes(made)) await takeDown(there.pop());
    made = undefined;
  });
  return standingFor(() => {
    if (made === undefined) throw new Error('it is there in tests and in hooks below it only');
    return made;
  });
}

async function takeDown(thing: Thing | undefined): Promise<void> {
  await (thing?.[Symbol.asyncDispose] ?? thing?.[Symbol.dispose] ?? thing?.stop)?.call(thing);
}

/** Passes each read and write on to what `read` gives. */
const standingFor = <Made extends object>(read: () => Made): Made =>
  new Proxy({} as Made, {
    get(_, name) {
      const made = read();
      const value: unknown = Reflect.get(made, name);
      return typeof value === 'function' ? value.bind(made) : value;
    },
    set: (_, name, value) => Reflect.set(read(), name, value),
    has: (_, name) => Reflect.has(read(), name),
    ownKeys: () => Reflect.ownKeys(read()),
    getOwnPropertyDescriptor: (_, name) => {
      const value: unknown = Reflect.get(read(), name);
      return Object.hasOwn(read(), name) ? { value, configurable: true, enumerable: true } : undefined;
    },
  });
