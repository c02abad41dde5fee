/**
 * The paths that a matcher can take through a regular expression (Glushkov, 1961): a position for each character of it, and a
 * step from each to all that may follow. Two steps between the same positions are two ways of reading the same text.
 */
import type { AST } from '@eslint-community/regexpp';
import { type Alphabet, type CharacterNode, isCharacterNode, NOTHING } from './alphabet.ts';

/** Whether a place between two signs is passed. */
export type Demand = (before: number, after: number) => boolean;

export interface Move {
  readonly to: number;
  readonly demands: readonly Demand[];
  /** Goes round a repetition that has an end. */
  readonly isCounted: boolean;
}

export interface Position {
  readonly signs: Uint8Array;
  /** How often the repetitions around it that have an end may repeat it. */
  readonly repeatsMax: number;
  readonly steps: Move[];
  /** Whether a text that was read up to here is a match whatever follows. */
  canEnd: boolean;
}

/** A position at which a part begins or ends, and what must hold there. */
interface Border {
  readonly position: number;
  readonly demands: readonly Demand[];
}

interface Part {
  readonly firsts: readonly Border[];
  readonly lasts: readonly Border[];
  /** What must hold for each way of passing it without reading anything. */
  readonly empties: readonly (readonly Demand[])[];
}

/** An expression that these paths cannot stand for. */
export class UnreadableExpression extends Error {}

/** Repetitions up to so many are written out. */
const WRITTEN_OUT_MAX = 4;
const POSITIONS_MAX = 5_000;
/** Holds, but for a reason that is not looked into. */
const perhaps: Demand = () => true;
const EMPTY: Part = { firsts: [], lasts: [], empties: [[]] };

export interface Paths {
  readonly positions: readonly Position[];
  readonly firsts: readonly Border[];
}

export function pathsOf(alternatives: readonly AST.Alternative[], alphabet: Alphabet, isMultiline: boolean): Paths {
  const builder = new PathBuilder(alphabet, isMultiline);
  const { firsts, lasts } = builder.either(alternatives);
  for (const { position, demands } of lasts) {
    const last = builder.positions[position];
    if (last !== undefined && demands.length === 0) last.canEnd = true;
  }
  return { positions: builder.positions, firsts };
}

class PathBuilder {
  readonly positions: Position[] = [];
  readonly #alphabet: Alphabet;
  readonly #isMultiline: boolean;
  #repeatsMax = 1;

  constructor(alphabet: Alphabet, isMultiline: boolean) {
    this.#alphabet = alphabet;
    this.#isMultiline = isMultiline;
  }

  either(alternatives: readonly AST.Alternative[]): Part {
    const parts = alternatives.map(({ elements }) =>
      this.#inOrder(elements.map((element) => () => this.#part(element))),
    );
    return {
      firsts: parts.flatMap(({ firsts }) => firsts),
      lasts: parts.flatMap(({ lasts }) => lasts),
      empties: parts.flatMap(({ empties }) => empties),
    };
  }

  #inOrder(makers: readonly (() => Part)[]): Part {
    return makers.reduce((before, make) => this.#join(before, make()), EMPTY);
  }

  #join(left: Part, right: Part): Part {
    this.#connect(left.lasts, right.firsts, false);
    const through = (borders: readonly Border[], { empties }: Part): Border[] =>
      borders.flatMap(({ position, demands }) =>
        empties.map((empty) => ({ position, demands: [...demands, ...empty] })),
      );
    return {
      firsts: [...left.firsts, ...through(right.firsts, left)],
      lasts: [...right.lasts, ...through(left.lasts, right)],
      empties: left.empties.flatMap((empty) => right.empties.map((other) => [...empty, ...other])),
    };
  }

  #connect(lasts: readonly Border[], firsts: readonly Border[], isCounted: boolean): void {
    for (const last of lasts) {
      for (const first of firsts) {
        const demands = [...last.demands, ...first.demands];
        this.positions[last.position]?.steps.push({ to: first.position, demands, isCounted });
      }
    }
  }

  #part(element: AST.Element): Part {
    if (isCharacterNode(element)) return this.#character(element);
    switch (element.type) {
      case 'Group':
        if (element.modifiers !== null) throw new UnreadableExpression('flags inside a group');
        return this.either(element.alternatives);
      case 'CapturingGroup':
        return this.either(element.alternatives);
      case 'Quantifier':
        return this.#repetition(element);
      case 'Backreference':
        return this.#backreference(element);
      case 'Assertion':
        return { ...EMPTY, empties: [[this.#demand(element)]] };
    }
  }

  #character(node: CharacterNode): Part {
    const position = this.positions.length;
    if (position === POSITIONS_MAX) throw new UnreadableExpression(`more than ${POSITIONS_MAX} characters`);
    const signs = this.#alphabet.signsOf(node);
    this.positions.push({ signs, repeatsMax: this.#repeatsMax, steps: [], canEnd: false });
    const borders = [{ position, demands: [] }];
    return { firsts: borders, lasts: borders, empties: [] };
  }

  /** It may read what its group may read, and fail even where the group could not. */
  #backreference({ resolved }: AST.Backreference): Part {
    if (Array.isArray(resolved)) throw new UnreadableExpression('a name of several groups');
    return uncertain(this.either((resolved as AST.CapturingGroup).alternatives));
  }

  #repetition({ element, min, max }: AST.Quantifier): Part {
    const once = () => this.#part(element);
    if (max === 0) return EMPTY;
    if (max <= WRITTEN_OUT_MAX) {
      const rest = Array.from({ length: max - min }).reduce<() => Part>(
        (more) => () => optional(this.#inOrder([once, more])),
        () => EMPTY,
      );
      return this.#inOrder([...Array.from({ length: min }, () => once), rest]);
    }
    if (max !== Number.POSITIVE_INFINITY) return this.#loop(once, { min, max });
    if (min <= 1) return this.#loop(once, { min, max });
    return this.#inOrder([() => this.#loop(once, { min, max: min }), () => this.#loop(once, { min: 0, max })]);
  }

  #loop(once: () => Part, { min, max }: { readonly min: number; readonly max: number }): Part {
    const isCounted = max !== Number.POSITIVE_INFINITY;
    const around = this.#repeatsMax;
    if (isCounted) this.#repeatsMax *= max;
    const body = once();
    this.#repeatsMax = around;
    if (min > 1 && body.empties.length > 0) throw new UnreadableExpression('a repetition of what may be empty');
    this.#connect(body.lasts, body.firsts, isCounted);
    // Whether it was repeated often enough is not known from the position.
    const { lasts } = min > 1 ? uncertain(body) : body;
    return { firsts: body.firsts, lasts, empties: min === 0 ? [[]] : body.empties };
  }

  #demand(assertion: AST.Assertion): Demand {
    if (assertion.kind === 'lookahead' || assertion.kind === 'lookbehind') return this.#lookaround(assertion);
    const { word, lineEnd } = this.#alphabet;
    const isEdge = (sign: number): boolean => sign === NOTHING || (this.#isMultiline && lineEnd[sign] === 1);
    if (assertion.kind === 'word') {
      return (before, after) => (word[before] !== word[after]) !== assertion.negate;
    }
    return assertion.kind === 'start' ? (before) => isEdge(before) : (_, after) => isEdge(after);
  }

  /** What one sign beside the place says; what more signs would say is left out. */
  #lookaround({ kind, negate, alternatives }: AST.LookaroundAssertion): Demand {
    const sets = alternatives.map((alternative) => this.#oneSign(alternative));
    const known = sets.filter((set) => set !== null);
    if (!negate && known.length < sets.length) return perhaps;
    return (before, after) => {
      const sign = kind === 'lookahead' ? after : before;
      return known.some((set) => set[sign] === 1) !== negate;
    };
  }

  /** The signs of an alternative that reads one; with `NOTHING` for an edge. Null for any other alternative. */
  #oneSign({ elements }: AST.Alternative): Uint8Array | null {
    const [element, ...more] = elements;
    if (element === undefined || more.length > 0) return null;
    if (isCharacterNode(element)) return this.#alphabet.signsOf(element);
    if (element.type !== 'Assertion' || (element.kind !== 'start' && element.kind !== 'end') || this.#isMultiline)
      return null;
    const edge = new Uint8Array(this.#alphabet.size + 1);
    edge[NOTHING] = 1;
    return edge;
  }
}

const uncertain = (part: Part): Part => ({
  ...part,
  lasts: part.lasts.map((last) => ({ ...last, demands: [...last.demands, perhaps] })),
});

const optional = (part: Part): Part => ({ ...part, empties: [[], ...part.empties] });
