/** The loops among the positions of an expression, and which of them can read the same text. */
import type { Demand, Move, Position } from './paths.ts';

/** The positions of one loop. */
type Loop = ReadonlySet<number>;

export interface Loops {
  /** Whether a loop can read some text in two ways and be where it was. */
  hasTwoWays(): boolean;
  /** Loops that can read a text of a loop before them, with what may stand between the two, and those before them. */
  rivals(): readonly Loop[];
}

/** `goesRound` says which steps a loop may take; between two loops all may be taken. */
export function loopsOf(positions: readonly Position[], goesRound: (step: Move) => boolean): Loops {
  const isSure = sureOnes(positions);
  const steps = positions.map((position) => possible(position, positions).filter(({ to }) => !isSure[to]));
  const reachable = reachedBy(steps);
  const loops = loopsAmong(reachedBy(steps.map((some) => some.filter(goesRound))));
  const readers = new Readers(positions, steps, { loops, goesRound });
  const pairs = loops.flatMap((loop) => loops.filter((other) => other !== loop).map((other) => [loop, other] as const));
  const areRivals = (loop: Loop, other: Loop): boolean =>
    [...loop].some((from) => [...other].some((into) => reachable[from]?.has(into) && readers.areRivals(from, into)));
  return {
    hasTwoWays: () => loops.some((loop) => [...loop].some((start) => readers.isReadTwice(start))),
    rivals: () => [...new Set(pairs.filter(([loop, other]) => areRivals(loop, other)).flat())],
  };
}

/**
 * Positions after which a match cannot fail, and no loop reads on in vain: a matcher does not return to what it read
 * before them.
 */
function sureOnes(positions: readonly Position[]): boolean[] {
  const inVain = positions.map(({ canEnd, steps }) =>
    canEnd ? [] : steps.filter(({ to, isCounted }) => !isCounted && !positions[to]?.canEnd),
  );
  const isIdle = reachedBy(inVain).map((reached, at) => reached.has(at));
  const reached = reachedBy(positions.map(({ steps }) => steps));
  return positions.map(({ canEnd }, at) => canEnd && ![...(reached[at] ?? [])].some((other) => isIdle[other]));
}

/** The steps that some text takes, with the demands that not all texts meet. */
function possible({ signs, steps }: Position, positions: readonly Position[]): Move[] {
  return steps.flatMap((step) => {
    if (step.demands.length === 0) return [step];
    const places = signsIn(signs).flatMap((before) =>
      signsIn(positions[step.to]?.signs).map((after) => [before, after] as const),
    );
    const isMet = (demand: Demand) => places.every(([before, after]) => demand(before, after));
    const isPossible = places.some(([before, after]) => step.demands.every((holds) => holds(before, after)));
    return isPossible ? [{ ...step, demands: step.demands.filter((demand) => !isMet(demand)) }] : [];
  });
}

const signsIn = (signs: Uint8Array | undefined): number[] =>
  [...(signs ?? []).entries()].flatMap(([sign, isIn]) => (isIn === 1 ? [sign] : []));

function reachedBy(steps: readonly (readonly Move[])[]): ReadonlySet<number>[] {
  return steps.map((some) => {
    const reached = new Set(some.map(({ to }) => to));
    for (const at of reached) for (const { to } of steps[at] ?? []) reached.add(to);
    return reached;
  });
}

function loopsAmong(reached: readonly ReadonlySet<number>[]): Loop[] {
  const found: Loop[] = [];
  for (const [at, others] of reached.entries()) {
    if (!others.has(at) || found.some((loop) => loop.has(at))) continue;
    found.push(new Set([...others].filter((other) => reached[other]?.has(at))));
  }
  return found;
}

/** Where several readers of one text are. */
interface State {
  readonly at: readonly number[];
  /** The sign that was read last. */
  readonly last: number;
  /** Whether two readers went two ways. */
  readonly hasParted?: boolean;
}

const keyOf = ({ at, last, hasParted = false }: State): string => `${at.join()} ${last} ${hasParted}`;

/** Readers of one text who go through the positions together. */
class Readers {
  readonly #steps: readonly (readonly Move[])[];
  readonly #roundSteps: readonly (readonly Move[])[];
  readonly #positions: readonly Position[];
  readonly #signs: readonly (readonly number[])[];
  /** By sign: the first of those between which no step tells that comes after them. */
  readonly #likeOf: readonly number[];

  constructor(
    positions: readonly Position[],
    steps: readonly (readonly Move[])[],
    { loops, goesRound }: { readonly loops: readonly Loop[]; readonly goesRound: (step: Move) => boolean },
  ) {
    this.#positions = positions;
    this.#signs = positions.map(({ signs }) => signsIn(signs));
    this.#steps = steps;
    const loopOf = new Map(loops.flatMap((loop) => [...loop].map((at) => [at, loop] as const)));
    this.#roundSteps = steps.map((some, at) => some.filter((step) => goesRound(step) && loopOf.get(at)?.has(step.to)));
    const demands = [...new Set(steps.flat().flatMap((step) => step.demands))];
    const all = [...(positions[0]?.signs.keys() ?? [])];
    const tellings = all.map((before) =>
      demands.map((holds) => all.map((after) => Number(holds(before, after)))).join(),
    );
    this.#likeOf = tellings.map((telling) => tellings.indexOf(telling));
  }

  /** Whether two who begin at one position of a loop can part and meet there again. */
  isReadTwice(start: number): boolean {
    const at = [start, start];
    return [...this.#lastSigns(at)].some((last) =>
      isFound({ at, last, hasParted: false }, { at, last, hasParted: true }, (state) => this.#afterTwo(state)),
    );
  }

  *#afterTwo({ at: [one = 0, other = 0], last, hasParted }: State): Generator<State> {
    for (const a of this.#roundSteps[one] ?? []) {
      for (const b of this.#roundSteps[other] ?? []) {
        for (const sign of this.#signsOf(last, [a, b])) {
          yield { at: [a.to, b.to], last: sign, hasParted: hasParted === true || a !== b };
        }
      }
    }
  }

  /** Whether one can stay in each of two loops while a third goes from the first to the second. */
  areRivals(from: number, into: number): boolean {
    const at = [from, from, into];
    return [...this.#lastSigns(at)].some((last) =>
      isFound({ at, last }, { at: [from, into, into], last }, (state) => this.#afterThree(state)),
    );
  }

  *#afterThree({ at: [one = 0, middle = 0, other = 0], last }: State): Generator<State> {
    for (const c of this.#roundSteps[other] ?? []) {
      for (const b of this.#steps[middle] ?? []) {
        if (this.#signsOf(last, [c, b]).size === 0) continue;
        for (const a of this.#roundSteps[one] ?? []) {
          for (const sign of this.#signsOf(last, [c, b, a])) yield { at: [a.to, b.to, c.to], last: sign };
        }
      }
    }
  }

  /** The signs that all these positions may have read last, one for all that are alike. */
  #lastSigns([first = 0, ...more]: readonly number[]): Set<number> {
    const signs = (this.#signs[first] ?? []).filter((sign) =>
      more.every((at) => this.#positions[at]?.signs[sign] === 1),
    );
    return new Set(signs.map((sign) => this.#likeOf[sign] ?? sign));
  }

  /** The signs with which all these steps are taken after `last`, one for all that are alike. */
  #signsOf(last: number, steps: readonly Move[]): Set<number> {
    const found = new Set<number>();
    for (const sign of this.#fewestSigns(steps)) {
      const like = this.#likeOf[sign] ?? sign;
      const isTaken = (step: Move) =>
        this.#positions[step.to]?.signs[sign] === 1 && step.demands.every((holds) => holds(last, sign));
      if (!found.has(like) && steps.every(isTaken)) found.add(like);
    }
    return found;
  }

  #fewestSigns(steps: readonly Move[]): readonly number[] {
    let fewest = this.#signs[steps[0]?.to ?? 0] ?? [];
    for (const { to } of steps) {
      const signs = this.#signs[to] ?? [];
      if (signs.length < fewest.length) fewest = signs;
    }
    return fewest;
  }
}

/** Whether `goal` is reached from `start` in one step or more. */
function isFound(start: State, goal: State, after: (state: State) => Iterable<State>): boolean {
  const wanted = keyOf(goal);
  const seen = new Set<string>();
  const waiting = [start];
  for (const state of waiting) {
    for (const next of after(state)) {
      const key = keyOf(next);
      if (key === wanted) return true;
      if (seen.has(key)) continue;
      seen.add(key);
      waiting.push(next);
    }
  }
  return false;
}
