/** Walks every member of a JSON value without recursion, because a small body can be nested deeper than the stack. */

/** Paths stop at this depth, so that a deep body makes no long paths. No documented field lies deeper. */
const DEPTH_NAMED = 4;

export interface Member {
  readonly name: string;
  readonly value: unknown;
  /** The names that lead to the object or list that holds it. */
  readonly within: readonly string[];
  /** The names that lead to itself. */
  readonly path: readonly string[];
}

export function* membersOf(root: unknown): Generator<Member> {
  const left: { readonly path: readonly string[]; readonly value: unknown }[] = [{ path: [], value: root }];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    if (typeof at.value !== 'object' || at.value === null) continue;
    for (const [name, value] of Object.entries(at.value)) {
      const path = at.path.length < DEPTH_NAMED ? [...at.path, name] : at.path;
      yield { name, value, within: at.path, path };
      left.push({ path, value });
    }
  }
}
