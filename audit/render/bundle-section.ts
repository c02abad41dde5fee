/** Renders the end of the report: what it does not show, the files beside it, and how to repeat and verify it. */
import { toRfc3339 } from '../../shared/base/clock.ts';
import { fuda } from '../../shared/base/command.ts';
import { SEAL } from '../bundle/manifest.ts';
import type { Evidence } from '../evidence.ts';
import { fingerprint } from './first-page.ts';
import { type Html, html } from './html.ts';
import { type Cells, code, section, table, text } from './layout.ts';
import type { Messages } from './messages-en.ts';

export function bundleSections(evidence: Evidence, files: readonly string[], signer: string, words: Messages): Html[] {
  const limits = [words.limitKeys, ...words.limits];
  const cells: Cells<string> = { file: (name) => code(name), holds: (name) => text(words.files[name]) };
  const [from, to] = [toRfc3339(evidence.period.fromMs), toRfc3339(evidence.period.toMs)];
  // Without the bucket AWS's program asks CloudTrail for it, which an auditor may not.
  const { trailBucket } = evidence.sources.resources.stated ?? {};
  const bucket = trailBucket === undefined ? '' : ` --s3-bucket ${trailBucket}`;
  const commands = [
    `aws cloudtrail validate-logs --trail-arn TRAIL_ARN${bucket} --start-time ${from} --end-time ${to}`,
    fuda(`evidence --trail trail/ --from ${from} --to ${to}`),
    fuda(`evidence verify report --signer ${signer}`),
  ];
  return [
    section(words, 'limits', html`<ul>${limits.map((limit) => html`<li>${limit}</li>\n`)}</ul>`),
    section(words, 'bundle', [
      table(words, cells, [...files, ...Object.values(SEAL)]),
      html`<p>${words.signature(fingerprint(signer))}</p>`,
    ]),
    section(words, 'repeat', html`<p>${words.repeat}</p><pre>${commands.map((command) => html`${command}\n`)}</pre>`),
  ];
}
