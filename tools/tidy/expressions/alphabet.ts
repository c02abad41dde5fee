/**
 * The signs of a regular expression, as few as it tells apart: two characters that are in the same of its sets are one sign.
 * The engine itself says what is in a set, so its case folding and its table of Unicode are the ones that count.
 */
import { type AST, visitRegExpAST } from '@eslint-community/regexpp';

/** What stands before a text and after it. */
export const NOTHING = 0;

export type CharacterNode = AST.Character | AST.CharacterSet | AST.CharacterClass | AST.ExpressionCharacterClass;

export const isCharacterNode = (node: AST.Element): node is CharacterNode =>
  ['Character', 'CharacterSet', 'CharacterClass', 'ExpressionCharacterClass'].includes(node.type);

const WORD = String.raw`\w`;
/** ECMA-262, LineTerminator. */
const LINE_END = String.raw`[\n\r\u2028\u2029]`;
/** Of these sets everything changes at a character beside 0x20 to 0x7f, or at one of these: white space, line ends, long s. */
const EDGES = [...'\t\r\n !\x7f\x85\xa0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000\ufeff\u017f\u212a'];
const BMP = 0x1_0000;
/** Of the planes above, one character of each kind: a letter, a digit, an emoji, none. */
const ABOVE = ['𐐀', '𐐨', '𝟎', '😀', '\u{e0001}', '\u{10ffff}'];

export interface Alphabet {
  /** Signs are 1 to `size`. */
  readonly size: number;
  /** By sign: 1 where it is in the set. */
  signsOf(node: CharacterNode): Uint8Array;
  readonly word: Uint8Array;
  readonly lineEnd: Uint8Array;
}

export function alphabetOf(pattern: AST.Pattern, flags: string): Alphabet {
  const characters = charactersFor(pattern, flags);
  const members = new Map<string, Uint8Array>();
  // Characters of one number are in the same of the sets seen so far.
  let numbers = new Uint32Array(characters.length);
  for (const raw of new Set([WORD, LINE_END, ...rawSets(pattern)])) {
    const set = new RegExp(`^(?:${raw})$`, flags.replace(/[gymd]/g, ''));
    const isIn = Uint8Array.from(characters, (character) => (set.test(character) ? 1 : 0));
    members.set(raw, isIn);
    const next = new Map<number, number>();
    numbers = numbers.map((number, index) => numberOf(next, 2 * number + (isIn[index] ?? 0)));
  }
  const size = Math.max(...new Set(numbers)) + 1;
  const inSet = (raw: string): Uint8Array => {
    const found = new Uint8Array(size + 1);
    for (const [index, number] of numbers.entries()) found[number + 1] = members.get(raw)?.[index] ?? 0;
    return found;
  };
  return { size, signsOf: ({ raw }) => inSet(raw), word: inSet(WORD), lineEnd: inSet(LINE_END) };
}

function numberOf(numbers: Map<number, number>, key: number): number {
  const number = numbers.get(key) ?? numbers.size;
  numbers.set(key, number);
  return number;
}

function rawSets(pattern: AST.Pattern): string[] {
  const found: string[] = [];
  const enter = ({ raw, parent }: { readonly raw: string; readonly parent: AST.Node | null }): void => {
    // A part of a class is no set.
    if (parent?.type === 'Alternative' || parent?.type === 'Quantifier') found.push(raw);
  };
  visitRegExpAST(pattern, {
    onCharacterEnter: enter,
    onCharacterSetEnter: enter,
    onCharacterClassEnter: enter,
    onExpressionCharacterClassEnter: enter,
  });
  return found;
}

const knownEdges = new Map<string, readonly number[]>();

/** Where a property of Unicode begins or ends to hold. */
function edgesOf(raw: string, flags: string): readonly number[] {
  const key = `${raw} ${flags.includes('i')}`;
  const known = knownEdges.get(key);
  if (known !== undefined) return known;
  const property = new RegExp(`^${raw}$`, flags.includes('i') ? 'iu' : 'u');
  const has = Uint8Array.from({ length: BMP }, (_, point) => (property.test(String.fromCharCode(point)) ? 1 : 0));
  const edges = [...has.keys()].filter((point) => has[point] !== has[point - 1] || has[point] !== has[point + 1]);
  knownEdges.set(key, edges);
  return edges;
}

/** All characters between which a set of the pattern can tell, and some others. */
function charactersFor(pattern: AST.Pattern, flags: string): string[] {
  const edges = new Set<number>(EDGES.map((sign) => sign.charCodeAt(0)));
  const add = (...points: number[]): void => {
    for (const point of points) for (const near of [point - 1, point, point + 1]) edges.add(near);
  };
  visitRegExpAST(pattern, {
    onCharacterEnter: ({ value }) => add(value),
    onCharacterClassRangeEnter: ({ min, max }) => add(min.value, max.value),
    onCharacterSetEnter: ({ kind, raw }) => {
      if (kind === 'property') for (const edge of edgesOf(raw, flags)) edges.add(edge);
    },
  });
  for (let point = 0x20; point <= 0x7f; point += 1) edges.add(point);
  const isUnicode = /[uv]/.test(flags);
  const points = [...edges].filter((point) => point >= 0 && point <= (isUnicode ? 0x10_ffff : 0xffff));
  const characters = points.map((point) => String.fromCodePoint(point));
  const cased = flags.includes('i') ? characters.flatMap((sign) => [sign.toLowerCase(), sign.toUpperCase()]) : [];
  const single = [...characters, ...cased, ...(isUnicode ? ABOVE : [])].filter(
    (sign) => (isUnicode ? [...sign].length : sign.length) === 1,
  );
  return [...new Set(single)];
}
