/**
 * Renders docs/controls.md, docs/responsibilities.md and docs/key-architecture.md, in English and Japanese, from the
 * controls map and the synthesized templates. Assessors read them before the report.
 */

import { STANDARDS, type Standard } from '../../audit/controls/controls.ts';
import { CRYPTOPERIODS, type Cryptoperiod, OTHER_CRYPTOPERIODS } from '../../audit/controls/cryptoperiods.ts';
import { watchRulesOf } from '../../audit/controls/evidence-found.ts';
import type { Localized, Requirement } from '../../audit/controls/requirement.ts';
import { type KeyFacts, type KeyHolder, keyInventory } from '../../audit/key-inventory.ts';
import { CONTROL_WORDS, type ControlWords, type DocsLocale } from './controls-words.ts';
import { heading } from './markdown.ts';

/** Page → text, for each language. */
export function renderControlPages(templates: readonly unknown[]): Readonly<Record<string, string>> {
  const keys = keyInventory(templates);
  return Object.fromEntries(
    (Object.keys(CONTROL_WORDS) as DocsLocale[]).flatMap((locale) => {
      const words = CONTROL_WORDS[locale];
      const suffix = locale === 'en' ? '' : `.${locale}`;
      return [
        [`controls${suffix}.md`, controlsPage(words, locale)],
        [`responsibilities${suffix}.md`, responsibilitiesPage(words, locale)],
        [`key-architecture${suffix}.md`, keysPage(words, keys, locale)],
      ];
    }),
  );
}

const standards = Object.keys(STANDARDS) as Standard[];

const page = (title: string, intro: string, ...parts: readonly string[]): string =>
  `${[heading(title), intro, ...parts].join('\n\n')}\n`;

function controlsPage(words: ControlWords, locale: DocsLocale): string {
  const { controls } = words;
  const sections = standards.map((standard) => {
    const rows = STANDARDS[standard].flatMap((requirement) => controlRows(requirement, words, locale));
    return `## ${words.standards[standard]}\n\n${table(controls.columns, rows)}`;
  });
  return page(controls.title, controls.intro, ...sections, controls.closing);
}

function controlRows(requirement: Requirement, words: ControlWords, locale: DocsLocale): string[][] {
  const { id, asks, controls, probe } = requirement;
  const kinds = [...(probe ? [probe] : []), ...(watchRulesOf(requirement).length > 0 ? (['watch'] as const) : [])];
  const evidence = kinds.map((kind) => words.probes[kind]).join(words.controls.between) || words.controls.noEvidence;
  if (controls.length === 0) return [[id, asks[locale], `*${words.controls.none}*`, '', '', evidence]];
  return controls.map(({ does, where, resources, test }, index) => [
    index === 0 ? id : '',
    index === 0 ? asks[locale] : '',
    does[locale],
    [`\`${where}\``, ...resources.map((name) => `\`${name}\``)].join('<br>'),
    `“${test.title}”<br>\`${test.file}\``,
    index === 0 ? evidence : '',
  ]);
}

function responsibilitiesPage(words: ControlWords, locale: DocsLocale): string {
  const { responsibilities } = words;
  const sections = standards.map((standard) => {
    const rows = STANDARDS[standard].map(({ id, asks, controls, duties }) => [
      id,
      asks[locale],
      controls.map(({ does }) => does[locale]).join(locale === 'en' ? ' ' : '') || '—',
      ...responsibilities.parties.map((party) => duty(duties[party], locale)),
    ]);
    return `## ${words.standards[standard]}\n\n${table(responsibilities.columns, rows)}`;
  });
  return page(responsibilities.title, responsibilities.intro, ...sections);
}

const duty = (text: Localized | undefined, locale: DocsLocale): string => text?.[locale] ?? '—';

const periodRows = ({ keyPage }: ControlWords, locale: DocsLocale): string[][] => [
  ...CRYPTOPERIODS.map((row) => [`\`${row.key}\``, ...periodCells(row, keyPage, locale)]),
  ...OTHER_CRYPTOPERIODS.map((row) => [keyPage.kinds[row.key] ?? row.key, ...periodCells(row, keyPage, locale)]),
];

function periodCells(
  { days, until, change }: Cryptoperiod,
  words: ControlWords['keyPage'],
  locale: DocsLocale,
): string[] {
  const fresh = days === null ? words.noPeriod : days === 0 ? words.eachTime : words.days(days);
  return [fresh, until[locale], change[locale]];
}

function keysPage(words: ControlWords, keys: readonly KeyFacts[], locale: DocsLocale): string {
  const { keyPage } = words;
  const rows = keys.map((key) => [
    `\`${key.name}\``,
    keyPage.protects[key.name] ?? key.protects,
    `${key.algorithm} (\`${key.spec}\`), ${key.strengthBits} bit`,
    key.context.map((name) => `\`${name}\``).join(', ') || '—',
    key.rotationDays === undefined ? keyPage.never : keyPage.days(key.rotationDays),
    keyPage.days(key.deletionWaitDays),
  ]);
  const users = keys.flatMap((key) => key.users.map((user) => [`\`${key.name}\``, caller(user, words), actions(user)]));
  return page(
    keyPage.title,
    keyPage.intro,
    `## ${keyPage.inventory}\n\n${table(keyPage.columns, rows)}`,
    `## ${keyPage.use}\n\n${keyPage.useIntro}\n\n${table(keyPage.useColumns, users)}`,
    `## ${keyPage.periods}\n\n${keyPage.periodsIntro}\n\n${table(keyPage.periodColumns, periodRows(words, locale))}`,
    `## ${keyPage.lifecycle}\n\n${keyPage.lifecyclePoints.map((point) => `- ${point}`).join('\n')}`,
    `## ${keyPage.outside}\n\n${keyPage.outsidePoints.map((point) => `- ${point}`).join('\n')}`,
  );
}

const caller = ({ who, through }: KeyHolder, { keyPage }: ControlWords): string =>
  (keyPage.callers[who] ?? `\`${who}\``) + (through.length > 0 ? keyPage.through(through.join(', ')) : '');

const actions = ({ actions: all }: KeyHolder): string => all.map((action) => action.replace('kms:', '')).join(', ');

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(columns), `|${'---|'.repeat(columns.length)}`, ...rows.map(line)].join('\n');
}
