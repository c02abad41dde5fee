/**
 * The guard: finds card numbers, security codes and live tokens in text from outside, so that they are refused where
 * none may be (V1, V2, V11). A number has digits of any script and encoding (readings.ts), in one run, inside a longer
 * one, or in groups of any size with any signs except letters between them. It begins and ends as a card of a network
 * of ours does and has its check digit; UnionPay's needs none. docs/reference/card-data.md lists what is found and what
 * passes. Each step looks at each digit a bounded number of times. Safe in a browser.
 */
import { brandOf } from './brand.ts';
import { holdsKey, holdsNamedCode, holdsToken } from './codes.ts';
import { isBarcodeOrCompany, withoutForms } from './not-cards.ts';
import { readingsOf } from './readings.ts';

export type CardData = 'number' | 'code' | 'token' | 'key';

/** What a text holds that may stand nowhere; null where it holds nothing of it. */
export function cardDataIn(text: string): CardData | null {
  const readings = readingsOf(text);
  if (readings.some(holdsNumber)) return 'number';
  if (readings.some(holdsNamedCode)) return 'code';
  if (readings.some(holdsToken)) return 'token';
  return readings.some(holdsKey) ? 'key' : null;
}

/** Whether a reading holds a card number. */
export const holdsNumber = (reading: string): boolean => chainsIn(reading).some(holdsCard);

const PAN_MIN = 13;
const PAN_MAX = 19;
/** As many digits as decide the network. */
const PREFIX = 8;

/** Digits without a letter between them, in their groups. */
interface Chain {
  readonly run: string;
  readonly groups: readonly Group[];
  /** Where groups end. */
  readonly ends: ReadonlySet<number>;
  /** Whether a plus stands before it, as before a telephone number. */
  readonly isAfterPlus: boolean;
  readonly passesLuhn: (start: number, end: number) => boolean;
}

interface Group {
  readonly start: number;
  readonly end: number;
}

/** Without those that people use as a dash or dot: modifiers such as ー and ـ, the Korean ㅡ and ㆍ (as NFKC has them), 丨. */
const LETTER = /(?!\p{Lm}|[\u1173\u119e\ua78f丨])\p{L}/u;

/** The chains with enough digits for a card. */
function chainsIn(reading: string): Chain[] {
  return withoutForms(reading)
    .split(LETTER)
    .flatMap((text) => chainOf(text) ?? []);
}

function chainOf(text: string): Chain | null {
  const parts = text.match(/\d+/g) ?? [];
  const run = parts.join('');
  if (run.length < PAN_MIN) return null;
  const groups: Group[] = [];
  for (const { length } of parts) {
    const start = groups.at(-1)?.end ?? 0;
    groups.push({ start, end: start + length });
  }
  const ends = new Set(groups.map(({ end }) => end));
  return { run, groups, ends, isAfterPlus: /^[^\d]*\+\d/.test(text), passesLuhn: luhnOf(run) };
}

/** The check of ISO/IEC 7812-1 annex B for any part of the digits: from two lists of sums, in one step. */
function luhnOf(digits: string): Chain['passesLuhn'] {
  const sums: [number[], number[]] = [[0], [0]];
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(index) - 48;
    const doubled = digit > 4 ? 2 * digit - 9 : 2 * digit;
    for (const parity of [0, 1] as const) {
      sums[parity].push((sums[parity].at(-1) ?? 0) + (index % 2 === parity ? doubled : digit));
    }
  }
  return (start, end) => {
    const sum = sums[end % 2 === 0 ? 0 : 1];
    return ((sum[end] ?? 0) - (sum[start] ?? 0)) % 10 === 0;
  };
}

const sizeOf = (group: Group | undefined): number => (group === undefined ? 0 : group.end - group.start);

function holdsCard(chain: Chain): boolean {
  const { groups } = chain;
  if (groups.some((group) => sizeOf(group) >= PAN_MIN && runHoldsCard(chain, group))) return true;
  return groups.length > 1 && (isPaddedCard(chain) || groups.some((_, index) => groupsHoldCard(chain, index)));
}

/** Padded with zeros first and grouped then, so that groups begin elsewhere: `0004 2420 …`. */
function isPaddedCard(chain: Chain): boolean {
  const { run } = chain;
  const zeros = /^0*/.exec(run)?.[0].length ?? 0;
  const length = run.length - zeros;
  if (zeros === 0 || length > PAN_MAX) return false;
  return cardEnds(chain, zeros).includes(run.length) || (length >= UNIONPAY_MIN && beginsUnionPay(chain, zeros));
}

/** One run of digits: the whole of it, also after zeros that pad it, or any part. */
function runHoldsCard(chain: Chain, { start, end }: Group): boolean {
  let first = start;
  while (first < end && chain.run[first] === '0') first += 1;
  if ([start, first].some((from) => isRunOfUnionPay(chain, from, end) || isOtherCard(chain, from, end))) return true;
  for (let from = start; end - from > PAN_MIN; from += 1) {
    if (cardEnds(chain, from).some((to) => to <= end)) {
      if (!(isSinceEpoch(chain, start, end) && beginsUnionPay(chain, from))) return true;
    }
    if (from > first && end - from >= UNIONPAY_MIN && chain.run.startsWith('62', from)) return true;
  }
  return false;
}

/** Microseconds since 1970, in the years 2020 to 2033: UnionPay's shorter numbers would be found in some weeks of them. */
const isSinceEpoch = ({ run }: Chain, start: number, end: number): boolean =>
  end - start === 16 && /^1[6-9]/.test(run.slice(start, start + 2));

/** By themselves, those of 14 and 15 digits count, too; not after a plus, where they are an Indonesian telephone number. */
const isRunOfUnionPay = (chain: Chain, start: number, end: number): boolean =>
  end - start >= (chain.isAfterPlus ? UNIONPAY_MIN : 14) && beginsUnionPay(chain, start);

/** Groups from one on: whole ones of any size, or those of a printed card with more digits glued to its ends. */
function groupsHoldCard(chain: Chain, index: number): boolean {
  const { run, groups, ends } = chain;
  const { start, end } = groups[index] ?? { start: 0, end: 0 };
  if (cardEnds(chain, start).some((to) => ends.has(to))) return true;
  if (isPrintedFrom(groups, index)) {
    if ([start, end - 4].some((from) => cardEnds(chain, from).length > 0)) return true;
    if (run.length - start >= UNIONPAY_MIN && beginsUnionPay(chain, start)) return true;
    if (OTHER_LENGTHS.some((length) => ends.has(start + length) && isOtherCard(chain, start, start + length)))
      return true;
  }
  if (index > 0 || run.length > PAN_MAX) return false;
  if (run.length >= UNIONPAY_MIN) return beginsUnionPay(chain, 0);
  return run.length === 13 && end === 4 && isOtherCard(chain, 0, 13);
}

/** Whether the groups after this one are the inner ones of a card: 4-4 of most, 6 of American Express and Diners Club. */
function isPrintedFrom(groups: readonly Group[], index: number): boolean {
  const [first = 0, second = 0, third = 0, fourth = 0] = [0, 1, 2, 3].map((offset) => sizeOf(groups[index + offset]));
  return first >= 4 && ((second === 4 && third === 4 && fourth > 0) || (second === 6 && third > 0));
}

const prefixAt = ({ run }: Chain, start: number): string => run.slice(start, start + PREFIX);

/** Where a number of a network of ours with its check digit ends that begins here. */
const cardEnds = (chain: Chain, start: number): number[] =>
  (brandOf(prefixAt(chain, start))?.lengths ?? [])
    .map((length) => start + length)
    .filter((end) => end <= chain.run.length && chain.passesLuhn(start, end));

/** Issuers give UnionPay's numbers 16 digits or more; this vault takes shorter ones, as libraries name them. */
const UNIONPAY_MIN = 16;

/** Some of its ranges have no check digit: any number that begins so counts, and more may be glued to its end. */
const beginsUnionPay = (chain: Chain, start: number): boolean => brandOf(prefixAt(chain, start))?.brand === 'unionpay';

/** Cards that this vault does not take are card numbers, too: Maestro, Mir, RuPay, Troy and Visa of 13 digits. */
const OTHERS = /^(?:220[0-4]|50|5[6-9]|6[0-9]|9792)/;
const OTHER_LENGTHS = [16, 17, 18, 19];

function isOtherCard(chain: Chain, start: number, end: number): boolean {
  if (!chain.passesLuhn(start, end)) return false;
  const digits = chain.run.slice(start, end);
  if (digits.length === 13) return digits.startsWith('4') && !chain.isAfterPlus && !isBarcodeOrCompany(digits);
  return OTHER_LENGTHS.includes(digits.length) && OTHERS.test(digits);
}
