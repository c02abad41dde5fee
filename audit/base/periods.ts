/** Periods of time as sets: what several have together, in common, and the rest of one. Both ends belong to it. */

export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The same times, oldest first, with those that touch as one. */
export function joined(periods: readonly Period[]): readonly Period[] {
  const found: Period[] = [];
  for (const period of periods.toSorted((left, right) => left.fromMs - right.fromMs)) {
    const last = found.at(-1);
    if (last === undefined || period.fromMs > last.toMs) found.push(period);
    else if (period.toMs > last.toMs) found[found.length - 1] = { fromMs: last.fromMs, toMs: period.toMs };
  }
  return found;
}

/** The times that both lists hold, of lists that are joined. */
export function common(left: readonly Period[], right: readonly Period[]): readonly Period[] {
  const pairs = left.flatMap((one) =>
    right.map((other) => ({ fromMs: Math.max(one.fromMs, other.fromMs), toMs: Math.min(one.toMs, other.toMs) })),
  );
  return joined(pairs.filter(({ fromMs, toMs }) => fromMs < toMs));
}

/** The times of `whole` outside a joined list. */
export function without(whole: Period, covered: readonly Period[]): readonly Period[] {
  const left: Period[] = [];
  let fromMs = whole.fromMs;
  for (const period of covered) {
    if (period.fromMs > whole.toMs) break;
    if (period.fromMs > fromMs) left.push({ fromMs, toMs: period.fromMs });
    fromMs = Math.max(fromMs, period.toMs);
  }
  if (fromMs < whole.toMs) left.push({ fromMs, toMs: whole.toMs });
  return left;
}

export const lengthMs = (periods: readonly Period[]): number =>
  periods.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
