/**
 * Finds texts such as secrets in a reading, all of them in one pass (Aho and Corasick, 1975): their letters in either case,
 * and a `+` for a space, as forms write it.
 */
import type { Hider } from './marks.ts';
import { isDigit, isLetter } from './reading.ts';

/** A shorter text is in others by chance, so it counts where it stands as a word. */
const ANYWHERE_MIN = 8;
const [SPACE, PLUS] = [0x20, 0x2b];

interface Node {
  readonly next: Map<number, Node>;
  /** Where the search goes on when the next character does not follow: the longest end that begins a text too. */
  fallback: Node | null;
  /** Lengths of the texts that end here. */
  readonly lengths: number[];
}

const newNode = (): Node => ({ next: new Map(), fallback: null, lengths: [] });

export class TextFinder {
  readonly #root = newNode();

  /** Texts as a reading reads them; an empty one is nowhere. */
  constructor(texts: readonly (readonly number[])[]) {
    for (const text of texts) {
      let node = this.#root;
      for (const code of text.map(levelled)) {
        const next = node.next.get(code) ?? newNode();
        node.next.set(code, next);
        node = next;
      }
      if (node !== this.#root) node.lengths.push(text.length);
    }
    this.#link();
  }

  /** Breadth first, since a fallback is always nearer to the root. */
  #link(): void {
    const nodes = [this.#root];
    for (const node of nodes) {
      for (const [code, next] of node.next) {
        next.fallback = node === this.#root ? this.#root : this.#step(node.fallback ?? this.#root, code);
        next.lengths.push(...next.fallback.lengths);
        nodes.push(next);
      }
    }
  }

  #step(from: Node, code: number): Node {
    let node: Node | null = from;
    while (node !== null) {
      const next = node.next.get(code);
      if (next !== undefined) return next;
      node = node.fallback;
    }
    return this.#root;
  }

  /** Visits each character once. */
  find(codes: readonly number[], hider: Pick<Hider, 'span'>): void {
    let node = this.#root;
    for (let index = 0; index < codes.length; index += 1) {
      node = this.#step(node, levelled(codes[index] ?? 0));
      for (const length of node.lengths) {
        const first = index - length + 1;
        if (length >= ANYWHERE_MIN || isWord(codes, first, index)) hider.span(first, index);
      }
    }
  }
}

const levelled = (code: number): number => (code >= 0x41 && code <= 0x5a ? code | 0x20 : code === PLUS ? SPACE : code);

const isWord = (codes: readonly number[], first: number, last: number): boolean =>
  ![codes[first - 1], codes[last + 1]].some((code) => code !== undefined && (isDigit(code) || isLetter(code)));
