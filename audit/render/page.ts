/**
 * Renders the report as one HTML page without scripts, external fonts or images: a first page with the verdict, then
 * the tables behind it.
 */
import { createHash } from 'node:crypto';
import type { Evidence } from '../evidence.ts';
import { accessSections } from './access-sections.ts';
import { bundleSections } from './bundle-section.ts';
import { controlsSection } from './controls-section.ts';
import { erasureSection } from './erasure-section.ts';
import { firstPage } from './first-page.ts';
import { type Html, html } from './html.ts';
import { keySections, type TemplateFacts } from './key-sections.ts';
import { own, stamp } from './layout.ts';
import { MESSAGES, type ReportLocale } from './locales.ts';
import type { Section } from './messages-en.ts';
import { STYLE } from './style.ts';
import { appendixSections, callSections, changeSections, integritySection, unexplainedSection } from './tables.ts';
import { changesSection, watchSection } from './watch-section.ts';
import { witnessSection } from './witness-section.ts';

/** The input of a report. */
export interface ReportInput {
  readonly evidence: Evidence;
  readonly locale: ReportLocale;
  /** Facts of the deployed templates; absent without a template. */
  readonly template: TemplateFacts | undefined;
  /** Fingerprint of the key that will sign the bundle. */
  readonly signer: string;
  /** Names of the files of the bundle. */
  readonly files: readonly string[];
}

/** The order of the sections, and of the table of contents. */
const CONTENTS: readonly Section[] = [
  'unexplained',
  'access',
  'summary',
  'receivers',
  'erasure',
  'witness',
  'watch',
  'changes',
  'administration',
  'refused',
  'keys',
  'matrix',
  'otherUses',
  'tables',
  'origins',
  'integrity',
  'controls',
  'decryptions',
  'limits',
  'bundle',
  'repeat',
];

/** The page's policy allows this style only, so that text from a trail cannot add one. */
const STYLE_HASH = own(`sha256-${createHash('sha256').update(STYLE).digest('base64')}`);

export function reportHtml(input: ReportInput): string {
  const { evidence, locale, signer } = input;
  const words = MESSAGES[locale];
  const title = words.title.join('');
  return html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${STYLE_HASH}'; form-action 'none'; base-uri 'none'">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${own(STYLE)}</style>
</head>
<body>
<main>
${firstPage(evidence, signer, CONTENTS, words)}
${sections(input)}
<footer>${words.product} · ${title} · ${stamp(evidence.generatedAtMs)} UTC</footer>
</main>
</body>
</html>
`.text;
}

function sections({ evidence, locale, template, signer, files }: ReportInput): Html[] {
  const words = MESSAGES[locale];
  return [
    unexplainedSection(evidence, words),
    ...accessSections(evidence, words),
    erasureSection(evidence.erasure, words),
    witnessSection(evidence.witness, words),
    watchSection(evidence.watch, words),
    changesSection(evidence.changes, words),
    ...changeSections(evidence, words),
    ...keySections(evidence, template, locale, words),
    ...callSections(evidence, words),
    integritySection(evidence, words),
    controlsSection(evidence, locale, words),
    ...appendixSections(evidence, words),
    ...bundleSections(evidence, files, signer, words),
  ];
}
