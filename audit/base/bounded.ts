/** Lists that keep their first items and count the rest, so that a trail of any length fits the memory of an audit. */

export interface Bounded<T> {
  readonly items: readonly T[];
  /** All items, kept or not. */
  readonly total: number;
}

export class BoundedList<T> implements Bounded<T> {
  readonly items: T[] = [];
  total = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** False where the item was only counted. */
  add(item: T): boolean {
    this.total += 1;
    if (this.items.length >= this.#limit) return false;
    this.items.push(item);
    return true;
  }
}

/** Groups by key; beyond the limit everything new falls into one group named `(other)`, so that sums stay true. */
export class BoundedGroups<T> {
  readonly #limit: number;
  readonly #groups = new Map<string, T>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The group of these key parts; a new one is made by `make`, which gets the parts as they are shown. */
  get<const Parts extends readonly string[]>(parts: Parts, make: (shown: Parts) => T): T {
    const key = parts.join('\0');
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const isFull = this.#groups.size >= this.#limit;
    const shown = isFull ? (parts.map(() => OTHER) as unknown as Parts) : parts;
    const shownKey = shown.join('\0');
    const group = this.#groups.get(shownKey) ?? make(shown);
    this.#groups.set(shownKey, group);
    return group;
  }

  values(): T[] {
    return [...this.#groups.values()];
  }
}

const OTHER = '(other)';
