/**
 * Does the time of masking a response grow with its size alone? Each hostile alphabet beside a harmless text of the same
 * size, in turns in one process. What is counted, characters visited for each one of the response, must not grow; a response
 * is cut at 64 KB, so the larger sizes only show the course.
 */

import { makeSearch } from '../../../shared/payments/forward/mask/search.ts';
import { makeMasker } from '../../../shared/payments/forward/mask.ts';
import { ALPHABETS, HARMLESS } from '../alphabets.ts';
import { type BenchFinding, type Effort, ms, times } from '../report.ts';
import type { Scene } from '../scene.ts';
import { quantile } from '../statistics.ts';

const KB = 1_024;
const SIZES_KB = [64, 256, 1_024];
/** Visits for each character of the largest response, to those of the smallest. */
const GROWTH_MAX = 1.5;
const SENT = { number: '4242424242424242', cvc: '837', secrets: ['sk_live_Qm7/x+9abcdefgh'] };

export async function masking(_: Scene, { quick }: Effort): Promise<BenchFinding> {
  const sizes = quick ? SIZES_KB.slice(0, 2) : SIZES_KB;
  const turns = quick ? 1 : 3;
  const measured = Object.entries(ALPHABETS).map(([alphabet, write]) => {
    const bySize = sizes.map((sizeKb) => inTurns(write(sizeKb * KB), HARMLESS(sizeKb * KB), turns));
    const visits = sizes.map((sizeKb) => makeSearch(SENT)(write(sizeKb * KB)).visits / (sizeKb * KB));
    return { alphabet, bySize, visits };
  });
  const [smallest = 0] = sizes;
  return {
    title: 'Masking: time of a hostile response to that of a harmless one of its size',
    columns: ['alphabet', `${smallest} KB ms`, ...sizes.map((sizeKb) => `${sizeKb} KB`), 'visits per character'],
    rows: measured.map(({ alphabet, bySize, visits }) => [
      alphabet,
      ms(bySize[0]?.hostileMs ?? Number.NaN),
      ...bySize.map(({ hostileMs, harmlessMs }) => times(hostileMs / harmlessMs)),
      visits.map((each) => each.toFixed(1)).join(', '),
    ]),
    notes: [
      `Median of ${turns} turns, of the process's CPU time. A ratio that grows from left to right would be a time that grows faster than the response. Sizes of the visits as of the ratios.`,
    ],
    failures: measured
      .filter(({ visits: [first = 0, ...more] }) => more.some((each) => each > first * GROWTH_MAX))
      .map(({ alphabet }) => `masking ${alphabet}: more visits for each character of a larger response`),
    data: measured,
  };
}

function inTurns(hostile: string, harmless: string, turns: number): { hostileMs: number; harmlessMs: number } {
  const mask = makeMasker(SENT);
  const cpuMsOf = (text: string): number => {
    const start = process.cpuUsage();
    mask(text);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000;
  };
  // The first turn compiles.
  const spent = Array.from({ length: turns + 1 }, () => [cpuMsOf(hostile), cpuMsOf(harmless)] as const);
  const median = (side: 0 | 1) =>
    quantile(
      spent.slice(1).map((turn) => turn[side]),
      0.5,
    );
  return { hostileMs: median(0), harmlessMs: median(1) };
}
