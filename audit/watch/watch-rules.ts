/**
 * Rules for events that would blind the audit, widen access to cards, or copy them: those of the watched calls, which are
 * data of shared/base/watched-calls.ts, and those about every use (use-rules.ts). test/audit/watch-rules.test.ts has a
 * compliant and a violating record for each.
 */
import { WATCHED_CALLS, type WatchedCalls, type WatchedName } from '../../shared/base/watched-calls.ts';
import { CONDITIONS } from './conditions.ts';
import { needOf, oursIn } from './ours.ts';
import type { WatchRule } from './rule.ts';
import { USE_RULES } from './use-rules.ts';

function ruleOf(name: WatchedName): WatchRule {
  const row: WatchedCalls = WATCHED_CALLS[name];
  const condition = CONDITIONS[name];
  return {
    says: row.says,
    clause: row.clause,
    isListed: row.isListed,
    mayBeDeployed: row.isNeverDeployed !== true,
    needs: needOf(row),
    calls: Object.keys(row.calls),
    broken: (event, resources) =>
      condition === undefined || condition(event, resources) ? oursIn(row, event, resources) : undefined,
  };
}

const CALL_RULES = Object.fromEntries(
  (Object.keys(WATCHED_CALLS) as WatchedName[]).map((name) => [name, ruleOf(name)]),
) as Readonly<Record<WatchedName, WatchRule>>;

export const WATCH_RULES = { ...CALL_RULES, ...USE_RULES };

export type WatchRuleName = keyof typeof WATCH_RULES;
export const WATCH_RULE_NAMES = Object.keys(WATCH_RULES) as readonly WatchRuleName[];
