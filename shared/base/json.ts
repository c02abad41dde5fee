/**
 * Reads JSON from outside so that no two readers can understand it differently. RFC 8259 leaves open what a name means
 * that an object has twice (§4), how exact a number is (§6), and what half of a surrogate pair means (§8.2): a name twice, a
 * number that a double does not hold, and half of a pair are not taken, at any depth.
 */
import { VaultError } from './errors.ts';
import { fieldOf } from './parse.ts';

/** An object or list that has begun and not ended. */
interface Open {
  /** The names so far; null for a list. */
  readonly names: Set<string> | null;
  readonly path: readonly string[];
  /** The name that was read last. */
  at: string;
  wantsName: boolean;
}

/** Paths stop at this depth, as in members.ts. */
const DEPTH_NAMED = 4;

/** Throws `malformed_json`; `repeated_field` and `invalid_field`, naming the field. Linear in the text's length. */
export function readJson(text: string): unknown {
  const value = parsed(text);
  const open: Open[] = [];
  for (const token of tokensOf(text)) {
    const within = open.at(-1);
    if (token === '{' || token === '[') open.push(begun(token, within));
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',' && within !== undefined) within.wantsName = within.names !== null;
    else if (token.startsWith('"')) readText(token, within);
    else if (!isExact(token))
      throw new VaultError('invalid_field', fieldOf(within === undefined ? [] : pathIn(within)));
  }
  return value;
}

/** The strings and numbers of a valid JSON text, and what begins, ends and divides objects and lists. */
function* tokensOf(text: string): Generator<string> {
  const signs = /["\\{}[\],]|-?\d[\d.eE+-]*/g;
  let stringFrom: number | null = null;
  for (let found = signs.exec(text); found !== null; found = signs.exec(text)) {
    const [sign] = found;
    if (sign === '\\') signs.lastIndex += 1;
    else if (stringFrom !== null && sign === '"') {
      yield text.slice(stringFrom, signs.lastIndex);
      stringFrom = null;
    } else if (sign === '"') stringFrom = found.index;
    else if (stringFrom === null) yield sign;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new VaultError('malformed_json');
  }
}

function begun(token: string, within: Open | undefined): Open {
  const path = within === undefined ? [] : pathIn(within);
  const isObject = token === '{';
  return { names: isObject ? new Set() : null, path, at: '', wantsName: isObject };
}

/** Names compare as they read, so that `"\u0061"` is `"a"`. */
function readText(token: string, within: Open | undefined): void {
  const text: string = token.includes('\\') ? JSON.parse(token) : token.slice(1, -1);
  const isName = within?.wantsName === true;
  if (isName) Object.assign(within, { at: text, wantsName: false });
  const path = within === undefined ? [] : pathIn(within);
  if (!text.isWellFormed()) throw new VaultError('invalid_field', fieldOf(path));
  if (!isName || within.names === null) return;
  if (within.names.has(text)) throw new VaultError('repeated_field', fieldOf(path));
  within.names.add(text);
}

/** A list's own name stands for its items. */
const pathIn = ({ names, path, at }: Open): readonly string[] =>
  names === null || path.length >= DEPTH_NAMED ? path : [...path, at];

/** Whether the number that is read is the one that is written: 9007199254740993, 1e400 and 1e-400 are not. */
function isExact(literal: string): boolean {
  const number = Number(literal);
  return Number.isFinite(number) && decimal(literal) === decimal(String(number));
}

/** One spelling for each value: its digits without zeros at the ends, and the power of ten behind them. */
function decimal(literal: string): string {
  const [mantissa = '', exponent = '0'] = literal.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = whole + fraction;
  let start = 0;
  let end = digits.length;
  while (digits[start] === '0') start += 1;
  while (end > start && digits[end - 1] === '0') end -= 1;
  return start === end
    ? '0'
    : `${digits.slice(start, end)}e${Number(exponent) - fraction.length + digits.length - end}`;
}
