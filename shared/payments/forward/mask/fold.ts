/**
 * One spelling for signs that read the same: the digits of all scripts become ASCII, as do full-width letters, and what
 * shows nothing (zero-width spaces, soft hyphens, combining marks) is dropped. Otherwise `４２` and `4\u00ad2` would pass.
 */

/** Of a sign that is not looked at further. */
export const DROPPED = -1;

const UNREAD = -2;
/** What each sign of the basic plane becomes, filled in as it is asked for. */
let known: Int32Array | undefined;

/** The ASCII code that `point` reads as, `DROPPED`, or `point` itself. */
export function fold(point: number): number {
  if (point < 0x80) return point === 0 ? DROPPED : point;
  if (point > 0xffff) return read(point);
  known ??= new Int32Array(0x1_0000).fill(UNREAD);
  let folded = known[point] ?? point;
  if (folded === UNREAD) {
    folded = read(point);
    known[point] = folded;
  }
  return folded;
}

/** In Japanese and Chinese, digit by digit; ICU calls it `hanidec`. */
const HAN = '〇一二三四五六七八九';
/** Circled digits that Unicode does not decompose: the first of each row, and its digit. */
const CIRCLED: readonly (readonly [first: number, digit: number, count: number])[] = [
  [0x24f5, 1, 9],
  [0x24ff, 0, 1],
  [0x2776, 1, 9],
  [0x2780, 1, 9],
  [0x278a, 1, 9],
  [0x1f10b, 0, 1],
  [0x1f10c, 0, 1],
];

function read(point: number): number {
  const sign = String.fromCodePoint(point);
  if (/^[\p{Default_Ignorable_Code_Point}\p{Cf}\p{M}]$/u.test(sign)) return DROPPED;
  const plain = sign.normalize('NFKC');
  if (/^[\x20-\x7e]$/.test(plain)) return plain.charCodeAt(0);
  // `⒈`, `⑴` and `🄂` are a digit and its dot, brackets or comma.
  const [, inside] = /^\(?([0-9])[.,)]$/.exec(plain) ?? [];
  if (inside !== undefined) return inside.charCodeAt(0);
  const digit = digitOf(point, plain);
  return digit === null ? point : 0x30 + digit;
}

function digitOf(point: number, plain: string): number | null {
  const han = HAN.indexOf(plain);
  if (han !== -1) return han;
  const row = CIRCLED.find(([first, , count]) => point >= first && point < first + count);
  if (row !== undefined) return row[1] + point - row[0];
  if (!isDecimal(point)) return null;
  // Unicode 4.6: decimal digits are encoded in ascending runs of ten.
  let first = point;
  while (isDecimal(first - 1)) first -= 1;
  return (point - first) % 10;
}

const isDecimal = (point: number): boolean => /^\p{Nd}$/u.test(String.fromCodePoint(point));
