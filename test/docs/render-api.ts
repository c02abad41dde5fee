/** docs/reference/api.md: every route of infra/routes.ts with what a running vault answered to it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTES, type Route } from '../../infra/routes.ts';
import { json, NOTICE, pretty, REST } from './markdown.ts';
import type { Example } from './story.ts';

/** Field of a request body → what it holds. The test holds these rows against the schemas of the handlers. */
type Field = readonly [name: string, need: 'required' | 'optional', holds: string];

const AMOUNT: Field = ['amount', 'optional', 'minor units; left out, all that there is'];
export const FIELDS: Readonly<Record<string, readonly Field[]>> = {
  'POST /v1/tokens': [
    ['encrypted_card', 'optional', 'a compact JWE, as [the encrypted card](encrypted-card.md) says'],
    ['card', 'optional', 'the card in clear, instead; for callers that may see card numbers'],
    ['card.number', 'required', 'digits as text; spaces and dashes between them are taken'],
    ['card.exp_month', 'required', 'a number from 1 to 12'],
    ['card.exp_year', 'required', 'a number of four digits'],
    ['card.cvc', 'required', 'three digits as text, four for American Express'],
    ['card.name', 'optional', 'at most 45 characters; not kept'],
  ],
  'POST /v1/cards': [['token', 'required', 'an active token; it is spent, and its security code erased']],
  'POST /v1/charges': [
    ['source', 'required', '`tok_…` or `card_…`'],
    ['amount', 'required', 'minor units, from 1 to 999999999999'],
    ['currency', 'required', 'ISO 4217 code'],
    ['capture', 'optional', '`false` to authorize only; `true` unless said'],
    ['save_card', 'optional', '`true` to store the token’s card once the charge is approved'],
    ['description', 'optional', 'at most 500 characters'],
    [
      'metadata',
      'optional',
      'at most 20 names of up to 40 letters, digits, `_`, `.` and `-`, with texts of up to 500 characters',
    ],
    ['processor', 'optional', 'which of the merchant’s processors; test keys have `simulator`'],
  ],
  'POST /v1/forward': [
    ['source', 'required', '`tok_…` or `card_…`'],
    ['destination', 'required', 'the name of an allowed destination, as [forward](forward.md) says'],
    ['request', 'required', '`method`, `path`, `headers` and `body`, with placeholders'],
  ],
  'POST /v1/charges/{charge_id}/capture': [AMOUNT],
  'POST /v1/charges/{charge_id}/refunds': [AMOUNT],
};

const FUNCTIONS = join(import.meta.dirname, '../../functions');

const KEYS: Readonly<Record<Route['key'], string>> = {
  publishable: 'publishable key',
  secret: 'secret key',
  none: 'no key',
};

export function renderApi(examples: readonly Example[]): string {
  const brief = briefly();
  return `# API

${NOTICE}

JSON in and out, snake_case. Amounts are whole minor units of their currency: ¥100 is \`100\`, $1.00 is \`100\`. Times are
RFC 3339 in UTC. Locally the address is \`http://127.0.0.1:8080\`; a deployment prints its own.

- \`Authorization: Bearer pk_…\` (publishable, for browsers) may make tokens and nothing else. \`Bearer sk_…\` (secret, for
  servers) may do everything else and is refused at \`POST /v1/tokens\`, so that your server stays out of scope.
- \`Idempotency-Key\`, 1 to 255 printable ASCII characters, is required on every request that moves money. The same key
  with the same request gets the same answer and has one effect; with another request it is refused.
- No route but \`POST /v1/tokens\` takes a card number, anywhere in the request.
- An unknown field is refused. Where an object was shown before, \`…\` stands for the members that are the same.
- Refusals are [problem documents](errors.md). Cards to try are in [test cards](test-cards.md); how to encrypt a card is
  in [the encrypted card](encrypted-card.md); the field for browsers is in [fuda.js](browser.md).

| route | key | does |
|---|---|---|
${ROUTES.map((route) => `| [\`${nameOf(route)}\`](#${anchorOf(route)}) | ${KEYS[route.key]} | ${summaryOf(route)} |`).join('\n')}

${ROUTES.map((route) => section(route, examples, brief)).join('\n')}`;
}

const nameOf = ({ method, path }: Route): string => `${method} ${path}`;

/** As GitHub makes it of the heading. */
const anchorOf = (route: Route): string =>
  nameOf(route)
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');

/** What the handler's opening comment says it does. */
function summaryOf({ entry }: Route): string {
  const source = readFileSync(join(FUNCTIONS, `${entry}.ts`), 'utf8');
  const comment =
    /^\/\*\*([\s\S]*?)\*\//
      .exec(source)?.[1]
      ?.replaceAll(/\s*\n \*\s*/g, ' ')
      .trim() ?? '';
  const [, summary = ''] = /^\S+ \S+: ([^.]*(?:\.(?! )[^.]*)*)\./.exec(comment) ?? [];
  if (summary === '') throw new Error(`functions/${entry}.ts does not open with what its route does`);
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

function section(route: Route, examples: readonly Example[], brief: Brief): string {
  const name = nameOf(route);
  const shown = examples.filter((example) => example.route === name);
  if (shown.length === 0) throw new Error(`the story has no example of ${name}`);
  const takes = route.key === 'none' ? '' : ` Takes the ${KEYS[route.key]}.`;
  return `## ${name}\n\n${summaryOf(route)}${takes}\n\n${fieldsOf(name)}${shown.map((example) => exampleOf(example, brief)).join('\n')}`;
}

function fieldsOf(name: string): string {
  const rows = (FIELDS[name] ?? []).map(([field, need, holds]) => `| \`${field}\` | ${need} | ${holds} |`);
  return rows.length === 0 ? '' : `| field | | |\n|---|---|---|\n${rows.join('\n')}\n\n`;
}

function exampleOf(
  { route, about, path, idempotencyKey, body, status, contentType, answer }: Example,
  brief: Brief,
): string {
  const [method] = route.split(' ');
  const key = idempotencyKey === null ? '' : `\nIdempotency-Key: ${idempotencyKey}`;
  const sent = body === null || json(body) === json({}) ? '' : `\n\n${pretty(body)}`;
  const title = about === '' ? '' : `${about.charAt(0).toUpperCase()}${about.slice(1)}:\n\n`;
  const request = `\`\`\`http\n${method} ${path}${key}${sent}\n\`\`\`\n`;
  return `${title}${request}\n\`${status}\`${answer === null ? `, \`${contentType}\`\n` : `\n\n${json(brief(answer))}\n`}`;
}

type Brief = (answer: unknown) => unknown;
type Members = Readonly<Record<string, unknown>>;

/** Shows each kind of object whole once, and then only its id, its status and what is different. */
function briefly(): Brief {
  const whole = new Map<unknown, Members>();
  const brief = (answer: unknown): unknown => {
    if (Array.isArray(answer)) return answer.map(brief);
    if (typeof answer !== 'object' || answer === null) return answer;
    const members = answer as Members;
    if ('data' in members) return { ...members, data: brief(members.data) };
    const first = whole.get(members.object);
    if (members.object === undefined || first === undefined) {
      whole.set(members.object, members);
      return answer;
    }
    const telling = Object.entries(members).filter(
      ([name, value]) => ['object', 'id', 'status'].includes(name) || json(value) !== json(first[name]),
    );
    return { ...Object.fromEntries(telling), [REST]: REST };
  };
  return brief;
}
