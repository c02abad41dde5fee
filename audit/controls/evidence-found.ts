/**
 * Finds what a period's trail shows about a requirement. `recorded` is a trace that proves no control by itself.
 * `quiet` means no such event happened, so the requirement rests on the template and its test alone.
 */
import type { Evidence } from '../evidence.ts';
import { countFiles } from '../trail/files.ts';
import { WATCH_RULE_NAMES, WATCH_RULES, type WatchRuleName } from '../watch/watch-rules.ts';
import type { Probe, Requirement } from './requirement.ts';

export interface Found {
  readonly kind: Probe | 'watch';
  readonly state: 'shown' | 'recorded' | 'contradicted' | 'quiet' | 'unlooked';
  readonly count: number;
  readonly faults: number;
}

/** The watch rules that serve a requirement. */
export const watchRulesOf = ({ id }: Requirement): readonly WatchRuleName[] =>
  WATCH_RULE_NAMES.filter((rule) => WATCH_RULES[rule].clause === id);

/** Empty where no trail can show anything. */
export function evidenceFor(requirement: Requirement, evidence: Evidence): Found[] {
  const { probe } = requirement;
  const rules = watchRulesOf(requirement);
  return [
    ...(probe === undefined ? [] : [{ kind: probe, ...PROBES[probe](evidence) }]),
    ...(rules.length === 0 ? [] : [{ kind: 'watch' as const, ...watched(rules, evidence) }]),
  ];
}

type Judged = Omit<Found, 'kind'>;

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, number) => total + number, 0);

const judged = (count: number, faults: number): Judged => ({
  state: faults > 0 ? 'contradicted' : count > 0 ? 'shown' : 'quiet',
  count,
  faults,
});
const recorded = (count: number): Judged => ({ state: count > 0 ? 'recorded' : 'quiet', count, faults: 0 });
const UNLOOKED: Judged = { state: 'unlooked', count: 0, faults: 0 };

const PROBES: Readonly<Record<Probe, (evidence: Evidence) => Judged>> = {
  decryptions: ({ access }) => judged(access.decryptions, access.unexplained.total + access.unseenDecryptions.total),
  re_encryptions: ({ access }) =>
    judged(sum(Object.values(access.reEncryptions)), access.unexplainedReEncryptions.total),
  erasures({ erasure }) {
    const { spent, expired, unseen, undone, late, afterResponse } = erasure;
    if (erasure.isUnrecorded) return UNLOOKED;
    return judged(spent.count + expired.count, unseen.total + undone.total + late.total + afterResponse.total);
  },
  residue({ erasure: { residue, spent, expired } }) {
    const count = spent.count + expired.count;
    return residue === undefined ? UNLOOKED : { ...judged(1, residue.overdue.total), count };
  },
  refused: ({ access }) => recorded(access.denied),
  administration: ({ access }) => recorded(access.administration.total),
  tables: ({ access }) => recorded(sum(access.tableCalls.map(({ count }) => count))),
  digests: ({ integrity }) => {
    const { valid, invalid } = countFiles(integrity.files, 'digest');
    return judged(valid, invalid + integrity.gaps.total);
  },
  trail: ({ reading }) => judged(reading.records, sum(Object.values(reading.skipped))),
};

function watched(rules: readonly WatchRuleName[], { watch }: Evidence): Judged {
  const asked = watch.asked.filter(({ rule }) => rules.includes(rule));
  return asked.length === 0 ? UNLOOKED : judged(asked.length, sum(asked.map(({ broken }) => broken)));
}
