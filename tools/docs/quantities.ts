/** Numbers and durations in the form of pages. */

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

const WORDS =
  'no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];

/** `thirteen`; digits where there is no single word. */
export const word = (count: number): string =>
  WORDS[count] ?? (count % 10 === 0 ? TENS[count / 10] : undefined) ?? digits(count);

/** `6,000` */
export const digits = (count: number): string => count.toLocaleString('en-US');

/** `two seconds`, `an hour` */
const span = (lengthMs: number, unitMs: number, unit: string): string =>
  lengthMs === unitMs ? `${unit === 'hour' ? 'an' : 'a'} ${unit}` : `${word(lengthMs / unitMs)} ${unit}s`;
export const seconds = (ms: number): string => span(ms, SECOND_MS, 'second');
export const minutes = (ms: number): string => span(ms, MINUTE_MS, 'minute');
export const hours = (ms: number): string => span(ms, HOUR_MS, 'hour');
export const days = (ms: number): string => span(ms, DAY_MS, 'day');
