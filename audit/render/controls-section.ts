/** The controls map with what this period's trail shows of each requirement, and who answers for it. */
import { type Localized, PARTIES, type Requirement } from '../controls/control.ts';
import { STANDARDS, type Standard } from '../controls/controls.ts';
import { evidenceFor, type Found } from '../controls/evidence-found.ts';
import type { Evidence } from '../evidence.ts';
import { type Html, html } from './html.ts';
import { type Cell, section, table, text } from './layout.ts';
import type { Locale } from './locales.ts';
import type { Messages } from './messages.ts';

export function controlsSection(evidence: Evidence, locale: Locale, words: Messages): Html {
  const parts = (Object.keys(STANDARDS) as Standard[]).map((standard) => {
    const rows = STANDARDS[standard].map((requirement) =>
      row(requirement, evidenceFor(requirement, evidence), locale, words),
    );
    return html`<h3>${words.standards[standard]}</h3>
${table(words, ['requirement', 'control', 'evidence', 'responsible'], rows)}`;
  });
  return section(words, 'controls', parts);
}

function row(requirement: Requirement, found: readonly Found[], locale: Locale, words: Messages): Cell[] {
  const { id, asks, controls, duties } = requirement;
  const say = (text: Localized): string => text[locale];
  return [
    text([html`<b class="req">${id}</b>`, html`<small>${say(asks)}</small>`]),
    text(
      controls.length === 0
        ? html`<span class="soft">${words.controls.none}</span>`
        : controls.map(
            ({ does, test }) =>
              html`<div class="control">${say(does)}<small>${words.controls.provenBy(test.title)}</small></div>`,
          ),
    ),
    text(
      found.length === 0
        ? html`<span class="soft">${words.controls.noProbe}</span>`
        : found.map(
            ({ kind, state, count, faults }) =>
              html`<div class="control"><b class="state ${state}">${words.controls.states[state]}</b> ${state === 'unlooked' ? undefined : words.controls.probes[kind](count, faults)}</div>`,
          ),
    ),
    text(
      PARTIES.flatMap((party) => {
        const duty = duties[party];
        return duty === undefined
          ? []
          : [html`<div class="control"><b>${words.controls.parties[party]}</b> ${say(duty)}</div>`];
      }),
    ),
  ];
}
