/** Lists that keep their first items and count the rest, so that no trail, however long, fills the memory of its audit. */

export interface Bounded<T> {
  readonly items: readonly T[];
  /** How many there were, kept or not. */
  readonly total: number;
}

export class BoundedList<T> implements Bounded<T> {
  readonly items: T[] = [];
  total = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** False when the item was only counted. */
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

  /** The group of these key parts, made where it is new. `make` gets the parts as they are to be shown. */
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
