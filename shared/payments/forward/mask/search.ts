/**
 * Searches a response for what was sent in confidence, through every way in which it may have been written. Each decoder
 * and each finder goes through a reading once; how many readings there may be is limited, and so is the work on a response, by
 * its length alone.
 */
import { charactersOf } from './characters.ts';
import { findCode } from './code.ts';
import { type Decoded, decodings } from './encodings.ts';
import { unescaped } from './escapes.ts';
import { joined } from './joins.ts';
import { type Hider, Marks } from './marks.ts';
import { NumberFinder } from './number.ts';
import { packed, placesOf } from './packed.ts';
import { readingOf, type TextReading } from './reading.ts';
import { signsOf } from './signs.ts';
import { TextFinder } from './text.ts';
import { valuesOf } from './values.ts';

export interface Confidence {
  /** Absent where it was not sent. */
  readonly number?: string | undefined;
  /** Absent where it was not sent. */
  readonly cvc?: string | undefined;
  readonly secrets: readonly string[];
}

/** How often a text may be escaped: each level of JSON in JSON is one. */
const LEVELS_MAX = 8;
/** How often a text may be encoded in base64, hexadecimal or codes of characters. */
const LAYERS_MAX = 3;
/** A security code has three digits. */
const SHORTEST = 3;
/** As a program prints a number that it holds as one. */
const OTHER_BASES = [2, 8, 16, 36];
/** PCI DSS 4.0.1 3.4.1. */
const LAST_SHOWN = 4;
/** Characters that may be visited for each one of the response. */
const VISITS_PER_CHARACTER = 100;
const VISITS_MIN = 100_000;

export interface SearchOutcome {
  readonly marks: Marks;
  readonly visits: number;
  /** False where something is escaped or encoded too often to be searched. */
  readonly isWhole: boolean;
}

type Search = (text: string) => SearchOutcome;

export function makeSearch({ number, cvc, secrets }: Confidence): Search {
  const bases = number === undefined ? [] : OTHER_BASES.map((base) => codesOf(BigInt(number).toString(base)));
  const wanted: Wanted = {
    number: number === undefined ? null : new NumberFinder(number),
    packed: number === undefined ? [] : packed(number),
    cvc,
    texts: new TextFinder([...secrets.flatMap(spellings), ...bases]),
  };
  return (text) => {
    const visitor = new Visitor(wanted, text.length);
    visitor.explore(readingOf(text), { layers: 0, outermost: null });
    return visitor;
  };
}

const codesOf = (text: string): readonly number[] => readingOf(text).codes;

/** As it is, and as it reads once escapes that it holds by chance are taken away with those of the response. */
function spellings(secret: string): (readonly number[])[] {
  const found: (readonly number[])[] = [];
  let reading: TextReading | null = readingOf(secret);
  for (let level = 0; reading !== null && level < LEVELS_MAX; level += 1) {
    found.push(reading.codes);
    reading = unescaped(reading);
  }
  return found;
}

/** Where a reading comes from. */
interface Origin {
  /** Layers of encoding taken away. */
  readonly layers: number;
  /** The reading of which signs were decoded first, in which the places of a reading are; null: they are those of the text. */
  readonly outermost: TextReading | null;
}

interface Wanted {
  readonly number: NumberFinder | null;
  readonly packed: readonly Buffer[];
  readonly cvc: string | undefined;
  readonly texts: TextFinder;
}

class Visitor implements SearchOutcome {
  readonly marks: Marks;
  visits = 0;
  isWhole = true;
  readonly #wanted: Wanted;
  readonly #visitsMax: number;

  constructor(wanted: Wanted, length: number) {
    this.#wanted = wanted;
    this.marks = new Marks(length);
    this.#visitsMax = VISITS_MIN + length * VISITS_PER_CHARACTER;
  }

  /** A reading and everything that can be decoded from it; once it holds something to join, also as it is joined. */
  explore(reading: TextReading, origin: Origin): void {
    const first = this.#peel(reading, origin, (level) => unescaped(level));
    if (first === null) return;
    this.#peel(first, origin, (level) => unescaped(level) ?? joined(level));
  }

  /**
   * Reads a reading and the levels that follow from it, one by one. Returns the first level that can be joined, joined.
   */
  #peel(reading: TextReading, origin: Origin, next: (level: TextReading) => TextReading | null): TextReading | null {
    let first: TextReading | null = null;
    let level: TextReading | null = reading;
    for (let count = 0; level !== null && level.codes.length >= SHORTEST; count += 1) {
      if (count > LEVELS_MAX) this.isWhole = false;
      if (!this.isWhole) return null;
      const following = next(level);
      this.#read(level, origin);
      // A text is encoded as it reads without escapes; of a part of one, the next level has only what was escaped.
      if (following === null || origin.layers > 0) this.#decodeAll(level, origin);
      first ??= joined(level);
      level = following;
    }
    return first;
  }

  #read(reading: TextReading, origin: Origin): void {
    const readings = [reading, ...valuesOf(reading)];
    for (const one of readings) this.#find(one, origin);
    if (origin.layers === LAYERS_MAX) return;
    const layers = origin.layers + 1;
    this.explore(signsOf(reading), { ...origin, layers });
    for (const one of readings) this.explore(charactersOf(one), { ...origin, layers });
  }

  #decodeAll(reading: TextReading, origin: Origin): void {
    if (origin.layers === LAYERS_MAX) return;
    for (const decoded of decodings(reading)) this.#decode(reading, decoded, origin);
  }

  #decode(reading: TextReading, decoded: Decoded, origin: Origin): void {
    this.#visit(decoded.bytes.length);
    const outermost = origin.outermost ?? reading;
    const isOutermost = outermost === reading;
    const fromOf = (place: number) => (isOutermost ? place : (reading.from[place] ?? 0));
    const toOf = (end: number) => (isOutermost ? end : (reading.to[end - 1] ?? 0));
    for (const needle of decoded.isHex ? [] : this.#wanted.packed) {
      for (const byte of placesOf(needle, decoded.bytes)) {
        const last = decoded.lastOf(byte + needle.length - 1);
        this.marks.blockAround(outermost, fromOf(decoded.firstOf(byte)), toOf(last + 1) - 1);
      }
    }
    for (const { codes, from, to } of decoded.texts) {
      this.explore({ codes, from: from.map(fromOf), to: to.map(toOf) }, { layers: origin.layers + 1, outermost });
    }
  }

  #find(reading: TextReading, { layers, outermost }: Origin): void {
    this.#visit(reading.codes.length);
    const { number, cvc, texts } = this.#wanted;
    const isPlain = layers === 0;
    const hider = outermost === null ? this.#starring(reading) : this.#blocking(reading, outermost);
    number?.find(reading, { kept: isPlain ? LAST_SHOWN : 0, hider });
    if (cvc !== undefined) findCode(reading, cvc, hider);
    const span = (first: number, last: number) => this.marks.block(reading.from[first] ?? 0, reading.to[last] ?? 0);
    texts.find(reading.codes, isPlain ? { span } : hider);
  }

  /** For a reading in which each character comes from one of the text, or from an escape. */
  #starring({ from, to }: TextReading): Hider {
    const star = (place: number) => this.marks.star(from[place] ?? 0, to[place] ?? 0);
    return {
      span(first, last) {
        for (let place = first; place <= last; place += 1) star(place);
      },
      each: (places) => places.forEach(star),
    };
  }

  /** For a reading that was encoded. */
  #blocking({ from, to }: TextReading, outermost: TextReading): Hider {
    const span = (first: number, last: number) =>
      this.marks.blockAround(outermost, from[first] ?? 0, (to[last] ?? 1) - 1);
    return { span, each: (places) => span(places[0] ?? 0, places.at(-1) ?? 0) };
  }

  #visit(length: number): void {
    this.visits += length;
    if (this.visits > this.#visitsMax) this.isWhole = false;
  }
}
