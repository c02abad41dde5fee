/**
 * Reads JSON from outside so that no two readers can understand it differently. RFC 8259 leaves open what a name means
 * that an object has twice (§4), and what half of a surrogate pair means (§8.2), so neither is taken, at any depth.
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
    else readText(token, within);
  }
  return value;
}

/** The strings of a valid JSON text, and what begins, ends and divides objects and lists. */
function* tokensOf(text: string): Generator<string> {
  const signs = /["\\{}[\],]/g;
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
