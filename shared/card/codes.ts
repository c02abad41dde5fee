/**
 * Security codes, live tokens and secret keys in text from outside. Three digits say nothing by themselves, so a code is what stands
 * under a name that people, shops and payment services give it, in the languages of the card field. Safe in a browser.
 */
import { plainText } from './readings.ts';

/** Found as whole words. `cid`, `cve` and `pin` are left out, because they name other things more often. */
const SHORT_NAMES = ['cvc', 'cvv', 'cvn', 'cvd', 'csc', 'ccv', 'cvx', 'cv2'];

/** Also inside a longer name. A space is any separator, or none; so is the mark that prolongs a sound, ー. */
const LONG_NAMES = [
  'security code',
  'security number',
  'security value',
  'card sec val',
  'card conf number',
  'card verification',
  'verification code',
  'verification value',
  'verification number',
  'セキュリティ コード',
  'セキュリティ 番号',
  'カード確認番号',
  '보안 코드',
  '보안 번호',
  '카드 확인 번호',
  '安全码',
  '安全碼',
  '验证码',
  '驗證碼',
  '末三码',
  '末三碼',
  'رمز الأمان',
  'رمز الامان',
  'رمز التحقق',
  'رمز الحماية',
].map(plainText);

const JOINED = [...LONG_NAMES.map((name) => name.replace(/[ ー]/g, '')), 'cvc', 'cvv'];

/** Last words of names that tell something about a code. */
const ABOUT =
  /^(?:checks?|checked|results?|status|responses?|match|matched|length|required|provided|present|presence|indicator|type|token|error|reason|attempts|count|at|id)$/;

/** `cardCvv2`, `security_code`, `card[cvc]`, セキュリティコード: whether a member of this name may hold a code. */
export function isCodeName(name: string): boolean {
  const words = wordsOf(name);
  const joined = words.join('').replaceAll('ー', '');
  const isShort = words.some((word) => SHORT_NAMES.includes(word));
  return isShort || joined === 'cardcode' || JOINED.some((long) => joined.includes(long));
}

/** `cvc_check`: what a payment service found out about a code. */
export const isAboutCode = (name: string): boolean => ABOUT.test(wordsOf(name).at(-1) ?? '');

const wordsOf = (name: string): string[] =>
  plainText(name)
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]/u)
    .map((word) => (word === 'cv2' ? word : word.replace(/(?<!\d)\d+$/, '')))
    .filter((word) => word !== '');

/** Three or four digits and no letter. */
export const isCode = (reading: string): boolean => /^[^\p{L}\d]*(?:\d[^\p{L}\d]*){3,4}$/u.test(reading);

/** What stands between the name of a code and the code: `: `, `="`, ` is `, は. */
const BETWEEN =
  '(?:[^\\p{L}\\d]|is|was|code|number|num|no|value|val|text|コード|番号|코드|번호|は|が|는|은|為|为|是|هو)';
const DIGITS = '(?:\\d{3,4}(?!\\d|[-/.:]\\d)|\\d(?:[ -]\\d){2,3}(?![ -]?\\d))';
const NAMED_CODE = new RegExp(
  `(?:(?<!\\p{L})(?:card[ _-]?)?(?:${SHORT_NAMES.join('|')})2?${BETWEEN}{1,16}|` +
    `(?<!\\p{L})(?:cvc|cvv)2?|` +
    `(?:${LONG_NAMES.map((name) => name.replaceAll(' ', '[ _ー-]?')).join('|')})${BETWEEN}{0,16})${DIGITS}`,
  'iu',
);

const TOKEN = /(?:tok|cvc)_[a-z2-7]{26}/i;
/** An id or key of the vault: 26 random letters and digits behind its prefix. */
const ID = /[a-z]{2,5}_(?:(?:test|live)_)?[a-z2-7]{26}/gi;

/**
 * `CVC: 737`, `cvv737`, `<cvv>737</cvv>`, `{"name":"cvv","value":"737"}`, セキュリティコードは737. Not an id: one token of a code in 150
 * begins as `cvc_737` does, and in one id of a million `cvc737` stands behind a digit.
 */
export const holdsNamedCode = (reading: string): boolean => NAMED_CODE.test(reading.replace(ID, ' '));

/** A one-time token: its reader may spend it, so it is stored nowhere (V11, V13). */
export const holdsToken = (reading: string): boolean => reading.search(TOKEN) !== -1;

/** A merchant's secret key, of which the vault keeps the SHA-256 alone. */
export const holdsKey = (reading: string): boolean => /sk_(?:test|live)_[a-z2-7]{26}/i.test(reading);
