/**
 * Chooses the stories. Single faults are enumerated: a clean run counts the calls, then each call gets each fault that
 * can strike it, and a frozen function also thaws before each later call that matters. Pairs and interleavings are
 * drawn by seed.
 */
import { chance } from './chance.ts';
import { FAULT_KINDS, FAULTS, type Fault, type FaultKind } from './faults.ts';
import type { Line } from './network.ts';
import { RACES, SINGLE } from './scenarios.ts';
import { type Plan, play, type Story, type Variant } from './story.ts';

const FREEZES: readonly FaultKind[] = ['freeze_before', 'freeze_after'];

/** One call of one scenario, and its possible faults. */
export interface FaultPoint {
  readonly scenario: string;
  readonly line: Line;
  readonly kinds: readonly FaultKind[];
}

/** Every call of every operation. */
export async function faultPoints(scenarios: readonly string[] = Object.keys(SINGLE)): Promise<FaultPoint[]> {
  const points: FaultPoint[] = [];
  for (const scenario of scenarios) {
    const { lines } = await play({ scenario, seed: 1, faults: [], isShuffled: false });
    for (const line of lines.filter(({ phase }) => phase === 'act'))
      points.push({ scenario, line, kinds: kindsFor(line) });
  }
  return points;
}

const kindsFor = ({ target }: Line): FaultKind[] =>
  FAULT_KINDS.filter((kind) => (FAULTS[kind].on as readonly string[]).includes(target));

/** Every story with one fault, run lazily. `thawing` adds those in which a function thaws midway. */
export async function* singleFaultStories(
  points: readonly FaultPoint[],
  options: { readonly kinds?: readonly FaultKind[]; readonly thawing?: boolean; readonly variant?: Variant } = {},
): AsyncGenerator<Story> {
  const { kinds: wanted = FAULT_KINDS, thawing = true, variant = {} } = options;
  for (const { scenario, line, kinds } of points) {
    for (const kind of kinds.filter((candidate) => wanted.includes(candidate))) {
      const told = await play(planOf(scenario, { at: line.number, kind }), variant);
      yield told;
      if (!thawing || !FREEZES.includes(kind)) continue;
      for (const until of thawingPoints(told)) {
        yield await play(planOf(scenario, { at: line.number, kind, until }), variant);
      }
    }
  }
}

/** Which stories of a scenario are told. */
export interface Telling {
  readonly scenario: string;
  readonly variant: Variant;
  /** The kinds of faults, and the name of the calls they strike; all unless given. */
  readonly kinds?: readonly FaultKind[];
  readonly call?: string;
  /** The first interleaving; 1 unless given. */
  readonly firstSeed?: number;
}

/** The first stories of a scenario: without faults, then with each fault, or in changing interleavings. */
export async function* storiesOf(telling: Telling): AsyncGenerator<Story> {
  const { scenario, variant, kinds = FAULT_KINDS, call, firstSeed = 1 } = telling;
  if (scenario in RACES) {
    for (let seed = firstSeed; seed < firstSeed + INTERLEAVINGS_MAX; seed += 1) {
      yield await play({ scenario, seed, faults: [], isShuffled: true }, variant);
    }
    return;
  }
  yield await play({ scenario, seed: 1, faults: [], isShuffled: false }, variant);
  const points = (await faultPoints([scenario])).filter(({ line }) => call === undefined || line.name === call);
  yield* singleFaultStories(points, { kinds, variant });
}

const INTERLEAVINGS_MAX = 100;

const planOf = (scenario: string, fault: Fault): Plan => ({ scenario, seed: 1, faults: [fault], isShuffled: false });

/** Calls of other functions while one is frozen, except queries of an index. */
const thawingPoints = ({ lines }: Story): number[] =>
  lines
    .filter(({ phase, name }) => (phase === 'retry' || phase === 'sweep') && !name.startsWith('Query'))
    .map(({ number }) => number);

/** Longer than any story; a fault at a later call never strikes. */
const CALLS_MAX = 40;

/** The story of a seed: any scenario, interleaved where it has concurrent errands, with up to two faults. */
export function planOfSeed(seed: number): Plan {
  const luck = chance(seed);
  const scenario = luck.pick(Object.keys(luck.below(2) === 0 ? RACES : SINGLE));
  const faults = Array.from({ length: luck.pick([1, 2, 2]) }, (): Fault => {
    const kind = luck.pick(FAULT_KINDS);
    // Most faults should strike during the operation, which is at the beginning.
    const at = 1 + luck.below(luck.pick([12, CALLS_MAX]));
    return FREEZES.includes(kind) && luck.below(2) === 0
      ? { at, kind, until: at + 1 + luck.below(CALLS_MAX) }
      : { at, kind };
  });
  return { scenario, seed, faults, isShuffled: scenario in RACES };
}

/** A fault at the first call of this name, so that a plan stays valid when the numbers change. */
export async function strikeAt(scenario: string, name: string, kind: FaultKind): Promise<Plan> {
  const point = (await faultPoints([scenario])).find(({ line }) => line.name === name);
  if (point === undefined) throw new RangeError(`${scenario} makes no call ${name}`);
  return planOf(scenario, { at: point.line.number, kind });
}

/** The same, thawing before another function's first later call of the name `until`. */
export async function freezeUntil(scenario: string, name: string, kind: FaultKind, until: string): Promise<Plan> {
  const plan = await strikeAt(scenario, name, kind);
  const [fault] = plan.faults;
  const later = (await play(plan)).lines.find((line) => line.phase !== 'act' && line.name === until);
  if (fault === undefined || later === undefined) throw new RangeError(`no function calls ${until} while it is frozen`);
  return planOf(scenario, { ...fault, until: later.number });
}
