/**
 * Bad input against the whole vault, over HTTP: the deployed bundles under the deployed permissions. Every refusal is
 * exactly the problem document of its code, repeats nothing of the request, and leaves every table as it was. The last
 * tests hold that each code of errors.ts is provoked by a row here or by a test named here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { matchRoute, splitAddress, toEvent } from '../../local/gateway/event.ts';
import { ERRORS, type ErrorCode } from '../../shared/base/errors.ts';
import { isId } from '../../shared/base/ids.ts';
import { statementsOf, type TemplateEdit } from '../setup/assembly.ts';
import { plainCard } from '../setup/cards.ts';
import { use } from '../setup/use.ts';
import { type Contents, type Request, startVault, type VaultResponse } from '../setup/vault.ts';
import { CARD_ROWS, JWE_ROWS } from './bad-input/cards.ts';
import { CHARGE_ROWS, IDEMPOTENCY_ROWS, SOURCE_ROWS } from './bad-input/charges.ts';
import { CHECKOUT_ROWS } from './bad-input/checkout.ts';
import { ALLOWED, METHOD_ROWS } from './bad-input/methods.ts';
import { ADDRESS_ROWS, ENCODING_ROWS, HEADER_ROWS } from './bad-input/readings.ts';
import { OPERATION_ROWS, RECORD_ROWS } from './bad-input/records.ts';
import { FORM_ROWS, KEY_ROWS, PAN_ROWS, SECRET_ROWS } from './bad-input/requests.ts';
import type { Row } from './bad-input/row.ts';
import { setScene } from './bad-input/scene.ts';

const GROUPS: Readonly<Record<string, readonly Row[]>> = {
  'in the form of the request': FORM_ROWS,
  'in the method': METHOD_ROWS,
  'in the address': ADDRESS_ROWS,
  'in the headers': HEADER_ROWS,
  'in how the body is written': ENCODING_ROWS,
  'in the API key': KEY_ROWS,
  'with a card number where none may be': PAN_ROWS,
  'with a code or a token where none may be': SECRET_ROWS,
  'in a card': CARD_ROWS,
  'in an encrypted card': JWE_ROWS,
  'in a charge': CHARGE_ROWS,
  "with a charge's source": SOURCE_ROWS,
  'in an idempotency key': IDEMPOTENCY_ROWS,
  'in an operation on a charge': OPERATION_ROWS,
  'in a record that is asked for': RECORD_ROWS,
  'in a checkout session': CHECKOUT_ROWS,
};

/** Provoked in a test that has a PSP, which shows that nothing arrives. */
const FORWARD_CODES = [
  'destination_not_found',
  'destination_method_refused',
  'destination_path_refused',
  'placeholder_invalid',
  'placeholder_refused',
  'cvc_not_stored',
  'secret_not_found',
  'header_refused',
] as const satisfies readonly ErrorCode[];
const FORWARD_TITLE = 'a request that is wrong is refused before anything is written or opened:';

/** Anything shorter may stand in a log by chance: a number in a time, a word in a route. */
const LOGGED_BY_CHANCE = 8;

/** What changes no table. */
const READS = ['GetItem', 'BatchGetItem', 'Query', 'Scan', 'DescribeTable'].map((name) => `dynamodb:${name}`);

const vault = use(() =>
  startVault({
    onCall: ({ action, resourceArn }) => {
      if (action.startsWith('dynamodb:') && !READS.includes(action)) written.add(resourceArn);
    },
  }),
);
const scene = use(() => setScene(vault));
/** The ARNs of the tables that something tried to write to since they were last looked at. */
const written = new Set<string>();
/** What the tables held when they were last looked at. */
let contents: Contents;
/** Every text any row sent that a log might repeat. */
const sent = new Set<string>();

/** All but the counters: an attempt to send a card counts, however wrong it is. */
const readContents = async (): Promise<Contents> => ({ ...(await vault.contents()), Counters: {} });

/** The contents once the deliverer, which the scene's sweep started, has copied every event and stopped. */
async function contentsAtRest(): Promise<Contents> {
  let before = await readContents();
  for (let look = 0; look < 100; look += 1) {
    await vault.runtime.runSchedule('scheduled/deliver-webhooks');
    const now = await readContents();
    const isCopied = Object.values(now.Ledger).every((entry) => entry.outbox_shard === undefined);
    if (isCopied && isDeepStrictEqual(now, before)) return now;
    before = now;
  }
  throw new Error('the scene does not come to rest');
}

beforeAll(async () => {
  contents = await contentsAtRest();
  written.clear();
});

describe.each(Object.entries(GROUPS))('What is wrong %s', (_place, rows) => {
  test.each(rows)('%s is refused as %s', async (bad, code, param, request) => {
    const before = contents;
    const wanted = await request(scene);
    const response = await vault.send(wanted);
    expectProblem(response, code, param);
    expect(response.headers.get('allow')).toBe(ALLOWED.get(bad) ?? null);
    // A request id is random: it may hold an amount by chance.
    const said = response.text.replace(String((response.json as { request_id?: string }).request_id), '');
    for (const text of textsOf(wanted)) {
      sent.add(text);
      expect(said).not.toContain(text);
    }
    if (rows === SOURCE_ROWS) expectFailedCharge(before, await look(), code);
    // Without a write there is nothing to look for, and a look at every table takes longer than the request.
    else if (isWritten()) expectSame(await look(), before);
  });

  test('leaves every table as it was, noticed or not', async () => {
    const before = contents;
    expectSame(await look(), before);
  });
});

const isWritten = (): boolean => [...written].some((arn) => !arn.endsWith(`/${vault.runtime.tables.Counters}`));

/** What the tables hold now. */
async function look(): Promise<Contents> {
  written.clear();
  contents = await readContents();
  return contents;
}

/** Exactly the document of this code, and nothing beside it. */
function expectProblem({ status, headers, json }: VaultResponse, code: ErrorCode, param: string | null): void {
  const { charge, spent_by: spentBy, request_id: requestId, ...problem } = json as Record<string, unknown>;
  const { status: wantedStatus, title, next } = ERRORS[code];
  expect(problem).toEqual({
    type: `urn:fuda:error:${code}`,
    title,
    status: wantedStatus,
    detail: next,
    code,
    ...(param !== null && { param }),
  });
  expect(status).toBe(wantedStatus);
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('retry-after')).toBe('retryable' in ERRORS[code] ? '1' : null);
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(headers.get('x-amzn-requestid')).toBe(requestId);
  if (charge !== undefined) expect(isId('ch', String(charge))).toBe(true);
  if (code.endsWith('token_spent')) expect(String(spentBy)).toMatch(/^(ch|card)_/);
  else expect(spentBy).toBeUndefined();
}

/** What a caller made up: values of the body, keys, path values. Short ones could stand in any text by chance. */
function textsOf({ key, idempotencyKey, path, lines = [], body }: Request): string[] {
  const parsed = typeof body === 'string' || body instanceof Uint8Array ? String(body) : leavesOf(body);
  const { path: before, query } = splitAddress(path);
  // The name of a parameter in a refusal may equal one in the documentation.
  const inQuery = query.flat().filter((text) => !/^[a-z_]+$/.test(text));
  const inPath = [...before.split('/'), ...inQuery].flatMap((text) => decoded(text).split(/[/?&=]/));
  return [parsed, key ?? '', idempotencyKey ?? '', inPath, lines.map(([, value]) => value)]
    .flat()
    .filter((text) => text.length >= 4 && !isId('ch', text) && !OUR_WORDS.has(text));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What a path holds that the routes themselves say. */
const OUR_WORDS = new Set(
  'https: charges cards tokens cvc_tokens forward hosted card capture cancel refunds lock unlock limit cursor origin checkout_sessions csp-reports'.split(
    ' ',
  ),
);

function leavesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [String(value)];
  return Object.values(value).flatMap(leavesOf);
}

/** One charge more, that failed with this code; no token, card or money was touched. */
function expectFailedCharge(before: Contents, after: Contents, code: ErrorCode): void {
  const added = Object.values(after.Ledger).filter(({ entry_id: id }) => !(String(id) in before.Ledger));
  expect(added).toMatchObject([{ status: 'failed', failure_code: code, captured_minor: 0 }]);
  expect(added[0]).not.toHaveProperty('decryptions');
  const { [String(added[0]?.entry_id)]: _failed, ...ledger } = after.Ledger;
  expectSame({ ...after, Ledger: ledger }, before);
}

/** Jest's own comparison takes a third of this file's time; it is left to say what differs. */
function expectSame(now: Contents, before: Contents): void {
  if (!isDeepStrictEqual(now, before)) expect(now).toEqual(before);
}

describe('After all this', () => {
  test('no log of any function repeats what a caller sent', () => {
    const folder = join(vault.dir, 'logs');
    const logs = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.log'));
    const text = logs.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
    expect(text).toContain('"code":"token_spent"');
    expect(sent.size).toBeGreaterThan(100);
    expect([...sent].filter((value) => value.length >= LOGGED_BY_CHANCE && text.includes(value))).toEqual([]);
  });

  test('a failed vault says only its request id', async () => {
    await using broken = await startVault({ template: breakVault, log: () => {} });
    const shop = await broken.merchant();
    expectProblem(await shop.get('/v1/charges'), 'internal', null);
    expectProblem(await shop.get('/v1/capture-keys'), 'capture_key_missing', null);
  });

  test('a live key refuses published test cards in any request to the function', async () => {
    // This machine takes no live key at its door, so the request is handed to the function itself.
    const { runtime } = vault;
    const match = matchRoute(runtime.stack.api, 'POST', '/v1/tokens');
    if (match === null) throw new Error('there is no route to tokenize');
    const event = toEvent(runtime.stack.api, match, {
      method: 'POST',
      url: '/v1/tokens',
      rawHeaders: ['Authorization', `Bearer ${scene.shop.livePublishableKey}`, 'Content-Type', 'application/json'],
      body: Buffer.from(JSON.stringify({ card: plainCard() })),
      sourceIp: '127.0.0.1',
      requestId: '0b6f2a52-6c1f-4c5e-9a53-2f0c6f4f8d11',
      accountId: runtime.accountId,
      timeMs: vault.operator.clock.nowMs(),
    });
    const before = await readContents();
    const outcome = await runtime.invoke('cde/create-token', event);
    expect(outcome).toMatchObject({
      value: { statusCode: 422, body: expect.stringMatching(/"code":"test_card_refused","param":"card.number"/) },
    });
    expectSame(await readContents(), before);
  });
});

/** Takes away what lists charges, and what makes the first capture key. */
const breakVault: TemplateEdit = (template) => {
  for (const [entry, action] of [
    ['api/list-charges', 'dynamodb:Query'],
    ['scheduled/rotate-capture-keys', 'kms:Encrypt'],
  ] as const) {
    const statements = statementsOf(template, entry);
    const index = statements.findIndex(({ Action }) => [Action].flat().includes(action));
    expect(index).toBeGreaterThanOrEqual(0);
    statements.splice(index, 1);
  }
};

describe('The table of errors', () => {
  /** Codes that need more than a bad request: the file and test that provoke each. */
  const ELSEWHERE: readonly (readonly [code: ErrorCode, file: string, title: string])[] = [
    ['internal', 'flows/bad-input.test.ts', 'a failed vault says only its request id'],
    ['capture_key_missing', 'flows/bad-input.test.ts', 'a failed vault says only its request id'],
    ['test_card_refused', 'flows/bad-input.test.ts', 'a live key refuses published test cards'],
    ['script_not_found', 'web/whole-vault.test.ts', 'says of %s that there is no such script'],
    ['too_many_attempts', 'risk/attempts.test.ts', 'from one address, until the window ends'],
    ['proof_required', 'risk/attempts.test.ts', 'must bring a proof of work on its own JWE'],
    ['request_refused', 'infra/api.test.ts', '%s is the problem %s'],
    ['too_many_requests', 'infra/api.test.ts', '%s is the problem %s'],
    ...FORWARD_CODES.map((code) => [code, 'payments/forward/forward.test.ts', FORWARD_TITLE] as const),
    ...(['destination_not_deployed', 'secret_not_deployed', 'credential_misplaced'] as const).map(
      (code) => [code, 'payments/forward/live.test.ts', 'nothing is sent, written or opened (V14)'] as const,
    ),
    [
      'client_certificate_missing',
      'functions/runtime/pipeline.test.ts',
      'is refused without the certificate this vault asks of servers',
    ],
    ['busy', 'functions/runtime/pipeline.test.ts', 'a throttled service is busy, and worth another try'],
  ];
  const inRows = new Set(Object.values(GROUPS).flatMap((rows) => rows.map(([, code]) => code)));

  test.each(Object.keys(ERRORS))('has a test that provokes %s', (code) => {
    expect(inRows.has(code as ErrorCode) || ELSEWHERE.some(([other]) => other === code)).toBe(true);
  });

  test.each(ELSEWHERE)('names a test for %s that is there', (code, file, title) => {
    const source = readFileSync(join(import.meta.dirname, '..', file), 'utf8');
    expect(source).toContain(title);
    expect(source).toContain(`'${code}'`);
  });
});
