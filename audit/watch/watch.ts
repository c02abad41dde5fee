/** Applies every watch rule to every event; counts violations and keeps what an investigator needs. */
import { callOf } from '../../shared/base/watched-calls.ts';
import { type AppendixSink, ofEvent, type Table } from '../base/appendix.ts';
import { type Bounded, BoundedList } from '../base/bounded.ts';
import { CALL } from '../trail/call-columns.ts';
import { type CallEvent, type TrailEvent, trimmed, type VaultResources } from '../trail/events.ts';
import type { WatchRule } from './rule.ts';
import { WATCH_RULE_NAMES, WATCH_RULES, type WatchRuleName } from './watch-rules.ts';

const CLOUDFORMATION = 'cloudformation.amazonaws.com';

export interface WatchHit {
  readonly rule: WatchRuleName;
  /** The affected key, table, trail, role or bucket. */
  readonly subject: string;
  readonly event: CallEvent;
}

const isRefused = ({ event }: WatchHit): boolean => event.errorCode !== undefined;

function severityOf(hit: WatchHit): 'refused' | 'listed' | 'finding' {
  if (isRefused(hit)) return 'refused';
  const { isListed, mayBeDeployed } = WATCH_RULES[hit.rule] as WatchRule;
  return isListed === true || (mayBeDeployed === true && isDeployed(hit.event)) ? 'listed' : 'finding';
}

/** CloudFormation made the call; AWS writes both members, and no caller can. */
const isDeployed = ({ invokedBy, sourceAddress }: CallEvent): boolean =>
  invokedBy === CLOUDFORMATION || sourceAddress === CLOUDFORMATION;

export const WATCH: Table<WatchHit> = {
  name: 'watch',
  columns: {
    ...ofEvent(CALL),
    rule: ({ rule }) => rule,
    severity: severityOf,
    subject: ({ subject }) => subject,
  },
};

export interface WatchEvidence {
  /** Calls that succeeded; each is a finding. */
  readonly broken: Bounded<WatchHit>;
  /** Calls that AWS refused. */
  readonly refused: Bounded<WatchHit>;
  /** Changes that may be intended and are no findings. */
  readonly listed: Bounded<WatchHit>;
  /** Rules that were asked, and how often each was broken. */
  readonly asked: readonly { readonly rule: WatchRuleName; readonly broken: number; readonly refused: number }[];
  /** Rules that were not asked, because the fact they compare with was not given. */
  readonly notAsked: readonly WatchRuleName[];
}

const MAX_LISTED = 1_000;

export class Watch {
  readonly #resources: VaultResources;
  readonly #appendix: AppendixSink;
  readonly #broken = new BoundedList<WatchHit>(MAX_LISTED);
  readonly #refused = new BoundedList<WatchHit>(MAX_LISTED);
  readonly #listed = new BoundedList<WatchHit>(MAX_LISTED);
  readonly #counts = new Map<WatchRuleName, { broken: number; refused: number }>();
  readonly #byCall = new Map<string, WatchRuleName[]>();
  readonly #always: readonly WatchRuleName[];

  constructor(resources: VaultResources, appendix: AppendixSink) {
    this.#resources = resources;
    this.#appendix = appendix;
    const asked = WATCH_RULE_NAMES.filter((name) => isAsked(name, resources));
    for (const name of asked) this.#counts.set(name, { broken: 0, refused: 0 });
    this.#always = asked.filter((name) => callsOf(name) === undefined);
    for (const name of asked) {
      for (const call of callsOf(name) ?? []) this.#byCall.set(call, [...(this.#byCall.get(call) ?? []), name]);
    }
  }

  /** True where the call breaks a rule, so that the caller counts it as an event of the vault. */
  take(event: TrailEvent): boolean {
    const named = this.#byCall.get(callOf(event.source, event.name)) ?? [];
    let isConcerned = false;
    for (const rule of event.service === 'other' ? named : [...named, ...this.#always]) {
      const subject = (WATCH_RULES[rule] as WatchRule).broken(event, this.#resources);
      if (subject === undefined) continue;
      isConcerned = true;
      this.#note({ rule, subject, event: trimmed(event) });
    }
    return isConcerned;
  }

  finish(): WatchEvidence {
    return {
      broken: this.#broken,
      refused: this.#refused,
      listed: this.#listed,
      asked: [...this.#counts].map(([rule, counts]) => ({ rule, ...counts })),
      notAsked: WATCH_RULE_NAMES.filter((name) => !isAsked(name, this.#resources)),
    };
  }

  #note(hit: WatchHit): void {
    const refused = isRefused(hit);
    const counts = this.#counts.get(hit.rule);
    if (counts !== undefined) counts[refused ? 'refused' : 'broken'] += 1;
    ({ refused: this.#refused, listed: this.#listed, finding: this.#broken })[severityOf(hit)].add(hit);
    this.#appendix(WATCH, hit);
  }
}

const callsOf = (name: WatchRuleName): readonly string[] | undefined => (WATCH_RULES[name] as WatchRule).calls;

function isAsked(name: WatchRuleName, { stated }: VaultResources): boolean {
  const { needs } = WATCH_RULES[name] as WatchRule;
  const statement = needs === undefined ? true : stated?.[needs];
  return statement !== undefined && statement !== false;
}
