/**
 * The report as one HTML page without scripts, fonts or images from elsewhere: a first page that answers the question,
 * then the tables behind the answer.
 */
import { createHash } from 'node:crypto';
import type { Period } from '../digest-chain.ts';
import type { Evidence } from '../evidence.ts';
import type { Findings } from '../findings.ts';
import { VERDICTS } from '../verdicts.ts';
import { WATCH_RULES } from '../watch-rules.ts';
import { type Counts, countsOf } from './counts.ts';
import { type Html, html } from './html.ts';
import { own, stamp } from './layout.ts';
import { type Locale, MESSAGES, type Messages } from './messages.ts';
import { STYLE } from './style.ts';
import { cardSections, integritySections } from './tables.ts';

const MAX_FINDINGS = 200;
/** The page may use this one style and nothing else, not even a style that text from a trail would smuggle in. */
const STYLE_HASH = own(`sha256-${createHash('sha256').update(STYLE).digest('base64')}`);

export function reportHtml(evidence: Evidence, locale: Locale): string {
  const words = MESSAGES[locale];
  const counts = countsOf(evidence);
  const page = html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${STYLE_HASH}'">
<meta name="referrer" content="no-referrer">
<title>${words.title}</title>
<style>${own(STYLE)}</style>
</head>
<body>
<main>
${firstPage(evidence, counts, words)}
${cardSections(evidence, words)}
${integritySections(evidence, counts, words)}
<footer>${words.product} · ${words.title} · ${stamp(evidence.generatedAtMs)}</footer>
</main>
</body>
</html>
`;
  return page.text;
}

function firstPage(evidence: Evidence, counts: Counts, words: Messages): Html {
  const { findings, sources } = evidence;
  const suffix = evidence.passed && counts.logsUnsealed > 0 ? words.unsealedSuffix(counts.logsUnsealed) : '';
  const sentence = evidence.passed ? words.passed + suffix : words.failed(findings.total);
  const { facts } = words;
  const rows: readonly (readonly [string, string])[] = [
    [facts.period, range(evidence.period)],
    [facts.proven, evidence.proven ? range(evidence.proven) : words.nothingProven],
    [facts.generated, `${stamp(evidence.generatedAtMs)} UTC`],
    [facts.trail, sources.trail],
    [
      facts.ledger,
      [
        sources.resources.tableNames.Ledger,
        words.charges(Object.values(sources.reasons).reduce((sum, read) => sum + read, 0)),
      ]
        .filter(Boolean)
        .join(' · '),
    ],
    [facts.keys, sources.publicKeyFingerprints.join(', ') || words.nothingProven],
  ];
  return html`<div class="first">
<header><div class="mark"><span lang="ja">札 Fuda</span><span>${stamp(evidence.generatedAtMs).slice(0, 10)}</span></div></header>
<h1>${words.title}</h1>
<p class="subtitle">${words.subtitle}</p>
<div class="verdict${evidence.passed ? '' : ' fail'}"><b>${evidence.passed ? words.passedWord : words.failedWord}</b><span>${sentence}</span></div>
<dl class="facts">${rows.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>\n`)}</dl>
${figures(counts, words)}
${findingsSection(findings, words)}
</div>
`;
}

/** Two columns of figures: cards on the left, the trail on the right. Figures that should be zero stand out. */
function figures(counts: Counts, words: Messages): Html {
  const row = (name: keyof Counts, kind: 'plain' | 'sub' | 'alarm' | 'sub alarm'): Html => {
    const bad = kind.endsWith('alarm') && counts[name] > 0 ? ' bad' : '';
    return html`<tr class="${kind.startsWith('sub') ? 'sub' : ''}${bad}"><td>${words.counts[name]}</td><td>${counts[name]}</td></tr>\n`;
  };
  return html`<div class="figures">
<table>
${row('decryptions', 'plain')}${row('matched', 'sub')}${row('interrupted', 'sub')}${row('unexplained', 'sub alarm')}${row('denied', 'plain')}${row('failed', 'plain')}
</table>
<table>
${row('digestsValid', 'plain')}${row('digestsInvalid', 'alarm')}${row('logsValid', 'plain')}${row('logsInvalid', 'alarm')}${row('logsUnsealed', 'plain')}${row('recordsSkipped', 'alarm')}${row('duplicates', 'plain')}
</table>
</div>`;
}

function findingsSection(findings: Findings, words: Messages): Html {
  const heading = html`<h2>${words.sections.findings}</h2>`;
  if (findings.total === 0) return html`${heading}<p>${words.none}</p>`;
  const shown = findings.items.slice(0, MAX_FINDINGS);
  const items = shown.map(
    ({ code, reason, subject, atMs }) => html`<li>${words.findings[code]}
<small>${[reasonText(reason, words), subject, atMs === undefined ? '' : `${stamp(atMs)} UTC`].filter(Boolean).join(' · ')}</small></li>
`,
  );
  const rest = findings.total > shown.length ? html`<p>${words.more(findings.total - shown.length)}</p>` : undefined;
  return html`${heading}<ol class="findings">
${items}</ol>${rest}`;
}

function reasonText(reason: string | undefined, words: Messages): string {
  if (reason === undefined) return '';
  const rules = Object.fromEntries(Object.entries(WATCH_RULES).map(([rule, { says }]) => [rule, says]));
  const reasons: Readonly<Record<string, string>> = { ...VERDICTS, ...rules, ...words.reasons };
  return reasons[reason] ?? reason;
}

const range = ({ fromMs, toMs }: Period): string => `${stamp(fromMs)} – ${stamp(toMs)} UTC`;
