/** Renders docs/reference/errors.md from the table of errors. */

import type { Example } from '../../shared/api/document.ts';
import { fuda } from '../../shared/base/command.ts';
import { ERRORS, type ErrorCode } from '../../shared/base/errors.ts';
import { heading, json } from './markdown.ts';

/** Section → its first code, in the order of errors.ts. */
const SECTIONS: readonly (readonly [title: string, first: ErrorCode])[] = [
  ['The request itself', 'malformed_json'],
  ['Who asks', 'key_missing'],
  ['Card fields', 'number_invalid'],
  ['Encrypted cards', 'jwe_malformed'],
  ['Tokens and stored cards', 'token_not_found'],
  ['Charges', 'idempotency_key_missing'],
  ['The vault itself', 'capture_key_missing'],
];

/**
 * The operator's commands for merchants who ask. The problem documents name none, because merchants have no commands.
 */
export const OPERATOR_COMMANDS: Readonly<Partial<Record<ErrorCode, string>>> = {
  too_many_attempts: fuda('merchant limits mer_… --mode live --network 100/400'),
  key_revoked: fuda('key rotate mer_… --kind secret --mode live'),
  origin_not_allowed: fuda('merchant origins mer_… --add https://shop.example'),
  processor_unavailable: fuda('processor list mer_…'),
  return_url_unregistered: fuda('merchant origins mer_… --add https://shop.example'),
  destination_not_found: fuda('forward add mer_… psp --mode live --url https://psp.example/v1/payments'),
  destination_not_deployed: fuda('forward add mer_… psp --mode live --url https://api.psp.example/v1/payments'),
  secret_not_deployed: fuda('secret fingerprint < key.txt'),
  secret_not_found: fuda('secret set mer_… psp-key --use forward:psp/test < key.txt'),
};

export function renderErrors(example: Example): string {
  return `${heading('Errors')}

A request that is refused changes nothing, with one exception: a charge of a source that cannot be charged (a spent token, a
locked card) is kept as a charge that \`failed\`, so that the same \`Idempotency-Key\` gets the same response again.

Every refusal is a problem document (RFC 9457, \`application/problem+json\`). Decide by \`code\`; the texts are for people
and may change.

${json(example.response)}

| member | holds |
|---|---|
| \`code\` | one of the codes below; \`type\` is the same as a URN |
| \`title\`, \`detail\` | what happened, and what to do next |
| \`param\` | the field at fault, in dotted form (\`card.number\`, \`Idempotency-Key\`), where there is one |
| \`spent_by\` | with \`token_spent\`: the charge or stored card that spent the token |
| \`charge\` | the charge that records this refusal, or that an operation met |
| \`request_id\` | what to report to the operator of the vault; it finds the request in the vault's logs |

No response repeats what was sent. Codes marked ↻ come with \`Retry-After\`: send the same request again, with the same
\`Idempotency-Key\`. A decline by the card's issuer is no error: the charge is made, returns \`201\`, and says \`declined\`
with a \`decline_code\` (see [test cards](test-cards.md)).

Some things only the operator of the vault can change. Send the problem there as it came, with your merchant id (\`mer_…\`).
The operator's command stands below what you can do, after *Operator*; against a deployment it takes \`--stack\` too
([operate.md](../operate.md#answer-a-merchant)).

${sections().join('\n')}`;
}

function sections(): string[] {
  const codes = Object.keys(ERRORS) as ErrorCode[];
  return SECTIONS.map(([title, first], index) => {
    const next = SECTIONS[index + 1]?.[1];
    const end = next === undefined ? codes.length : codes.indexOf(next);
    const rows = codes.slice(codes.indexOf(first), end).map(rowOf);
    return `## ${title}\n\n| code | status | what happened | what to do |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  });
}

function rowOf(code: ErrorCode): string {
  const { status, title, next } = ERRORS[code];
  const mark = 'retryable' in ERRORS[code] ? ' ↻' : '';
  const command = OPERATOR_COMMANDS[code];
  const operator = command === undefined ? '' : `<br>*Operator:* \`${command}\``;
  return `| \`${code}\` | ${status}${mark} | ${title} | ${next}${operator} |`;
}
