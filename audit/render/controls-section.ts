/**
 * Renders the controls map, with what this period's trail shows of each requirement and the party responsible for it.
 */

import { STANDARDS, type Standard } from '../controls/controls.ts';
import { evidenceFor, type Found } from '../controls/evidence-found.ts';
import { PARTIES, type Requirement } from '../controls/requirement.ts';
import type { Evidence } from '../evidence.ts';
import { type Html, html } from './html.ts';
import { type Cells, section, table, text } from './layout.ts';
import type { ReportLocale } from './locales.ts';
import type { Messages } from './messages-en.ts';

interface Row {
  readonly requirement: Requirement;
  readonly found: readonly Found[];
}

export function controlsSection(evidence: Evidence, locale: ReportLocale, words: Messages): Html {
  const parts = (Object.keys(STANDARDS) as Standard[]).map((standard) => {
    const rows = STANDARDS[standard].map(
      (requirement): Row => ({ requirement, found: evidenceFor(requirement, evidence) }),
    );
    return html`<h3>${words.standards[standard]}</h3>
${table(words, cellsOf(locale, words), rows)}`;
  });
  return section(words, 'controls', parts);
}

function cellsOf(locale: ReportLocale, { controls: say }: Messages): Cells<Row> {
  const none = (what: string): Html => html`<span class="soft">${what}</span>`;
  return {
    requirement: ({ requirement: { id, asks } }) =>
      text([html`<b class="req">${id}</b>`, html`<small>${asks[locale]}</small>`]),
    control: ({ requirement: { controls } }) =>
      text(
        controls.length === 0
          ? none(say.none)
          : controls.map(
              ({ does, test }) =>
                html`<div class="control">${does[locale]}<small>${say.provenBy(test.title)}</small></div>`,
            ),
      ),
    evidence: ({ found }) =>
      text(
        found.length === 0
          ? none(say.noProbe)
          : found.map(
              ({ kind, state, count, faults }) =>
                html`<div class="control"><b class="state ${state}">${say.states[state]}</b> ${state === 'unlooked' ? undefined : say.probes[kind](count, faults)}</div>`,
            ),
      ),
    responsible: ({ requirement: { duties } }) =>
      text(
        PARTIES.filter((party) => duties[party] !== undefined).map(
          (party) => html`<div class="control"><b>${say.parties[party]}</b> ${duties[party]?.[locale]}</div>`,
        ),
      ),
  };
}
