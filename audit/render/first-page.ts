/** Renders the first page: period, sources, verdict, figures, findings, and what was not covered. */

import { common, type Period } from '../base/periods.ts';
import type { Evidence, Sources } from '../evidence.ts';
import type { Finding, FindingAnswer, Findings } from '../finding.ts';
import { REASON_KINDS } from '../reasons/reasons.ts';
import { SKIP_REASONS } from '../trail/log-files.ts';
import { VERDICTS } from '../trail/verdicts.ts';
import type { AccountMatch } from '../witness/evidence.ts';
import { grouped } from './chart.ts';
import { type Counts, countsOf } from './counts.ts';
import { type Html, html } from './html.ts';
import { anchor, stamp } from './layout.ts';
import { mark } from './mark.ts';
import type { Messages, Section } from './messages-en.ts';

/** The page shows this many; report.json has all. */
const MAX_FINDINGS = 100;

export function firstPage(evidence: Evidence, signer: string, contents: readonly Section[], words: Messages): Html {
  const counts = countsOf(evidence);
  const { findings } = evidence;
  return html`<div class="first">
<header><div class="mark"><span>${mark()}Fuda</span><span>${stamp(evidence.generatedAtMs).slice(0, 10)}</span></div></header>
<h1>${phrases(words.title)}</h1>
<p class="subtitle">${words.subtitle}</p>
<div class="verdict ${evidence.verdict}"><b>${words.verdicts[evidence.verdict]}</b><span>${sentence(evidence, counts, words)}</span></div>
${facts(evidence, signer, words)}
${figures(counts, words)}
${findingsPart(findings, words)}
${unusedPart(evidence, words)}
${notCovered(evidence, counts, words)}
${leftToTrust(evidence, words)}
<nav class="contents"><h2>${words.sections.contents}</h2>
<ol>${contents.map((name) => html`<li><a href="#${anchor(name)}">${words.sections[name]}</a></li>\n`)}</ol></nav>
</div>
`;
}

/** A Pass names what CloudTrail’s digests prove, because it says nothing of other accounts, Regions and times. */
function sentence({ verdict, findings, integrity }: Evidence, { logsUnsealed }: Counts, words: Messages): string {
  if (verdict === 'fail') return words.failed(findings.total, findings.answered);
  if (verdict === 'unvouched') return words.unvouched(findings.total);
  if (verdict === 'answered') return words.answered(findings.total);
  const { scopes, proven } = integrity.coverage;
  const suffix = logsUnsealed > 0 ? words.unsealedSuffix(logsUnsealed) : '';
  return words.passed(scopes.map(({ scope }) => scope).join(', '), ranges(proven)) + suffix;
}

/** Breaks a title between its phrases only, because Japanese has no spaces. */
const phrases = (title: readonly string[]): Html[] =>
  title.map((phrase) => html`<span class="phrase">${phrase}</span><wbr>`);

function facts(evidence: Evidence, signer: string, words: Messages): Html {
  const { facts: labels } = words;
  const { sources, reading } = evidence;
  const rows: readonly (readonly [string, string])[] = [
    [labels.period, range(evidence.period)],
    [labels.proven, sealed(evidence, words)],
    [labels.generated, `${stamp(evidence.generatedAtMs)} UTC`],
    [labels.trail, sources.trail],
    [labels.ledger, [sources.resources.tableNames.Ledger, ...reasons(sources, words)].filter(Boolean).join(' · ')],
    [labels.reading, words.recordsRead(reading.records, reading.files)],
    [labels.keys, keys(sources, words)],
  ];
  return html`<dl class="facts">${rows.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>\n`)}
<dt>${labels.signer}</dt><dd class="print">${fingerprint(signer)}</dd></dl>`;
}

/** The sealed times of each account and Region that the trail must cover. */
const sealed = ({ integrity, period }: Evidence, words: Messages): string =>
  integrity.coverage.scopes
    .map(({ scope, covered }) => `${scope}: ${ranges(common(covered, [period])) || words.nothingProven}`)
    .join(' · ') || words.nothingProven;

const keys = ({ publicKeys: { fingerprints, origin } }: Sources, words: Messages): string =>
  fingerprints.length === 0 ? words.nothingProven : `${fingerprints.join(', ')} · ${words.keyOrigins[origin]}`;

const reasons = ({ reasons: read }: Sources, words: Messages): string[] =>
  REASON_KINDS.map((kind) => words.reasonsRead(kind, read[kind]));

/** In groups, so that two people can compare it aloud. */
export const fingerprint = (hex: string): string => hex.replace(/.{8}(?!$)/g, '$& ');

/** Two columns of figures: cards on the left, the trail on the right. Figures that should be zero stand out. */
function figures(counts: Counts, words: Messages): Html {
  const row = (name: keyof Counts, kind: 'plain' | 'sub' | 'alarm' | 'sub alarm'): Html => {
    const bad = kind.endsWith('alarm') && counts[name] > 0 ? ' bad' : '';
    return html`<tr class="${kind.startsWith('sub') ? 'sub' : ''}${bad}"><td>${words.counts[name]}</td><td>${grouped(counts[name])}</td></tr>\n`;
  };
  return html`<div class="figures">
<table>
${row('decryptions', 'plain')}${row('proven', 'sub')}${row('provenByRights', 'sub')}${row('interrupted', 'sub')}${row('claimed', 'sub alarm')}${row('unexplained', 'sub alarm')}${row('denied', 'plain')}${row('failed', 'plain')}
</table>
<table>
${row('digestsValid', 'plain')}${row('digestsInvalid', 'alarm')}${row('logsValid', 'plain')}${row('logsInvalid', 'alarm')}${row('logsUnsealed', 'plain')}${row('recordsSkipped', 'alarm')}${row('duplicates', 'plain')}
</table>
</div>`;
}

function findingsPart(findings: Findings, words: Messages): Html {
  const heading = html`<h2 id="${anchor('findings')}">${words.sections.findings}</h2>`;
  if (findings.total === 0) return html`${heading}<p>${words.none}</p>`;
  const shown = findings.items.slice(0, MAX_FINDINGS);
  const rest = findings.total - shown.length;
  return html`${heading}<ol class="findings">
${shown.map((finding) => findingItem(finding, words))}</ol>${rest > 0 ? html`<p class="more">${words.more(rest, 'report.json')}</p>` : undefined}`;
}

function findingItem({ code, reason, subject, atMs, answer }: Finding, words: Messages): Html {
  const about = [reasonText(reason, words), subject, atMs === undefined ? '' : `${stamp(atMs)} UTC`];
  return html`<li>${words.findings[code]}
<small>${about.filter(Boolean).join(' · ')}</small>${answer && answered(answer, words)}</li>
`;
}

const answered = ({ reason, answeredAtMs, signer }: FindingAnswer, { answers }: Messages): Html =>
  html`<p class="answer"><b>${answers.word}</b> ${reason}<br><small>${answers.by(`${stamp(answeredAtMs)} UTC`, fingerprint(signer))}</small></p>`;

/** Answers that stand beside no finding, with why. */
function unusedPart({ unusedAnswers = [] }: Evidence, words: Messages): Html | undefined {
  if (unusedAnswers.length === 0) return undefined;
  const { answers } = words;
  const rest = unusedAnswers.length - MAX_FINDINGS;
  return html`<p>${answers.unused(unusedAnswers.length)}</p><ul>
${unusedAnswers.slice(0, MAX_FINDINGS).map(({ answer, why }) => unusedItem(answer, answers.why[why]))}</ul>${rest > 0 ? html`<p class="more">${words.more(rest, 'report.json')}</p>` : undefined}`;
}

const unusedItem = ({ finding: { code, subject, at } }: FindingAnswer, why: string): Html => html`<li>${why}
<small>${[code, subject, at].filter(Boolean).join(' · ')}</small></li>
`;

function reasonText(reason: string | undefined, words: Messages): string {
  if (reason === undefined) return '';
  const known: Readonly<Record<string, string>> = { ...VERDICTS, ...words.watch.rules, ...words.reasons };
  return known[reason] ?? reason;
}

/** What the audit could not read, ask or prove yet. On the first page, so that no reader misses it. */
function notCovered(evidence: Evidence, counts: Counts, words: Messages): Html {
  const { access, reading, integrity, watch, erasure, period, witness } = evidence;
  const sealedTo = integrity.coverage.proven.at(-1)?.toMs;
  const lines = [
    ...SKIP_REASONS.filter((reason) => reading.skipped[reason] > 0).map((reason) =>
      words.limitSkipped(reading.skipped[reason], words.reasons[reason]),
    ),
    ...(counts.logsUnsealed > 0 ? [words.limitUnsealed(counts.logsUnsealed)] : []),
    ...integrity.gaps.items.slice(0, MAX_FINDINGS).map((gap) => words.gap(stamp(gap.fromMs), stamp(gap.toMs))),
    ...(access.undecided > 0 ? [words.limitUndecided(access.undecided)] : []),
    ...(sealedTo !== undefined && sealedTo < period.toMs ? [words.limitTail(`${stamp(sealedTo)} UTC`)] : []),
    ...(reading.outsidePeriod > 0 ? [words.limitOutside(reading.outsidePeriod)] : []),
    ...(watch.notAsked.length > 0 ? [words.limitUnlooked(watch.notAsked.length)] : []),
    ...unlisted(witness?.accounts ?? [], words),
    ...(erasure.residue === undefined ? [words.erasure.say.notScanned] : []),
  ];
  return html`<h2>${words.sections.notCovered}</h2>
${lines.length === 0 ? html`<p>${words.nothingLeftOut}</p>` : html`<ul>${lines.map((line) => html`<li>${line}</li>\n`)}</ul>`}`;
}

/** What no record of AWS shows, in plain words. */
function leftToTrust({ access }: Evidence, words: Messages): Html {
  const { provenByRights, interrupted, interruptedMax } = access;
  const lines = [
    words.trust.mimicry,
    ...(provenByRights > 0 ? [words.trust.rights(provenByRights)] : []),
    ...(interrupted > 0 ? [words.trust.interrupted(interrupted, interruptedMax)] : []),
  ];
  return html`<h2>${words.sections.trust}</h2>
<ul>${lines.map((line) => html`<li>${line}</li>\n`)}</ul>`;
}

/** Accounts of which no listing was given, though one was given of another. */
function unlisted(accounts: readonly AccountMatch[], words: Messages): string[] {
  const without = accounts.filter(({ isListed, recorded }) => !isListed && recorded > 0);
  const charges = without.reduce((sum, { recorded }) => sum + recorded, 0);
  return without.length === 0 ? [] : [words.limitUnlisted(without.length, charges)];
}

const ranges = (periods: readonly Period[]): string => periods.map(range).join(', ');
const range = ({ fromMs, toMs }: Period): string => `${stamp(fromMs)} – ${stamp(toMs)} UTC`;
