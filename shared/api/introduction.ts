/**
 * The introduction for callers, in Markdown: at the head of docs/reference/api.md and in the OpenAPI document's `info`.
 */

export const INTRODUCTION = `JSON in and out, snake_case. Amounts are whole minor units of their currency: ¥100 is \`100\`, $1.00 is \`100\`. Times are
RFC 3339 in UTC.

- \`Authorization: Bearer pk_…\` (publishable, for browsers) may make tokens and nothing else. \`Bearer sk_…\` (secret, for
  servers) may do everything else and is refused at \`POST /v1/tokens\`, so that your server stays out of scope.
- \`Idempotency-Key\`, 1 to 255 printable ASCII characters, is required on every request that moves money. The same key
  with the same request gets the same response and has one effect, whatever has been set up differently since; with another
  request it is refused. A field that was left out is part of a request: a refund of the rest is another than one of an amount.
- HEAD gives what GET gives, without the body. Any other method that a path does not have is refused as \`method_not_allowed\`,
  with the methods of the path in \`Allow\`.
- No route but \`POST /v1/tokens\` takes a card number, anywhere in the request.
- An unknown field is refused. Responses may get more members, so ignore those you do not know.
- Refusals are problem documents (RFC 9457). Decide by \`code\`.

**To charge**, send the token your page received to \`POST /v1/charges\` with an \`Idempotency-Key\`, such as the
order's number, and read the \`status\`: \`captured\` is paid, \`authorized\` waits for capture, \`declined\` was refused by the issuer,
\`failed\` moved no money, \`processing\` is not known yet.

**To retry** after a lost response, a time-out, a 5xx, a 429 or \`processing\`, send the same request with the same
\`Idempotency-Key\`, any number of times: it never charges twice. After \`declined\` or \`failed\` that payment is over; a new one
needs a new token, or a stored card, and a new key.

**To refund**, send an amount, or none for the rest, to \`POST /v1/charges/{charge_id}/refunds\` with a new key.
\`POST /v1/charges/{charge_id}/cancel\` releases a charge that is only authorized.
`;
