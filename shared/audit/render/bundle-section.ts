/** The end of the report: what it does not show, the files beside it, and how to make and check it again. */
import { toRfc3339 } from '../../base/clock.ts';
import { SEAL } from '../bundle/manifest.ts';
import type { Evidence } from '../evidence.ts';
import { fingerprint } from './first-page.ts';
import { type Html, html } from './html.ts';
import { code, section, table, text } from './layout.ts';
import type { Messages } from './messages.ts';

export function bundleSections(evidence: Evidence, files: readonly string[], signer: string, words: Messages): Html[] {
  const limits = [words.limitKeys, ...words.limits];
  const rows = [...files, ...Object.values(SEAL)].map((name) => [code(name), text(words.files[name] ?? '')]);
  const { fromMs, toMs } = evidence.period;
  const commands = [
    'aws cloudtrail validate-logs --trail-arn <arn> --start-time <from> --end-time <to>',
    `npx fuda evidence --trail <folder> --from ${toRfc3339(fromMs)} --to ${toRfc3339(toMs)}`,
    `npx fuda evidence verify <bundle> --signer ${signer}`,
  ];
  return [
    section(words, 'limits', html`<ul>${limits.map((limit) => html`<li>${limit}</li>\n`)}</ul>`),
    section(words, 'bundle', [
      table(words, ['file', 'holds'], rows),
      html`<p>${words.signature(fingerprint(signer))}</p>`,
    ]),
    section(words, 'repeat', html`<p>${words.repeat}</p><pre>${commands.join('\n')}</pre>`),
  ];
}
