/** Bad requests to POST /v1/tokens: cards in clear, and encrypted ones. */
import { base64url, CompactEncrypt, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { CARD, plainCard } from '../../setup/cards.ts';
import { withCheckDigit } from '../../setup/numbers.ts';
import type { Request } from '../../setup/vault.ts';
import type { Body, Row } from './row.ts';
import type { Scene } from './scene.ts';

const tokenize = ({ shop }: Scene, body: unknown): Request => ({
  method: 'POST',
  path: '/v1/tokens',
  key: shop.publishableKey,
  body,
});

const tokenizeCvc = (scene: Scene, body: unknown): Request => ({ ...tokenize(scene, body), path: '/v1/cvc_tokens' });

/** A card of which some fields are others; `undefined` takes one away. */
const card = (changes: Body, number?: string) => (scene: Scene) =>
  tokenize(scene, { card: { ...plainCard(number), ...changes } });

/** The same test card with its last digit one higher. */
const WRONG_LUHN = `${CARD.approve.slice(0, -1)}3`;
/** Starts with 9, which no brand does, and passes the check digit. */
const NO_BRAND = withCheckDigit('900000000000000');
/** A valid Visa number that is not published as a test number. */
const UNPUBLISHED = withCheckDigit(`4539${'1'.repeat(11)}`);

export const CARD_ROWS: readonly Row[] = [
  ['a number with a wrong check digit', 'number_luhn', 'card.number', card({ number: WRONG_LUHN })],
  ['a number one digit short', 'number_invalid', 'card.number', card({ number: CARD.approve.slice(0, -1) })],
  ['a number of twenty digits', 'number_invalid', 'card.number', card({ number: `${CARD.approve}0000` })],
  ['a number with a letter in it', 'number_invalid', 'card.number', card({ number: '4242 4242 4242 424O' })],
  ['an empty number', 'number_invalid', 'card.number', card({ number: '' })],
  ['a number sent as a JSON number', 'number_invalid', 'card.number', card({ number: Number(CARD.approve) })],
  ['a number of no supported brand', 'brand_unknown', 'card.number', card({ number: NO_BRAND })],
  ['a number other than a published test card', 'test_card_required', 'card.number', card({ number: UNPUBLISHED })],
  ['a card that expired two months ago', 'expiry_past', 'card.exp_year', card(twoMonthsAgo())],
  ['a card that expired years ago', 'expiry_past', 'card.exp_year', card({ exp_month: 12, exp_year: 2019 })],
  ['a thirteenth month', 'expiry_invalid', 'card.exp_month', card({ exp_month: 13 })],
  ['a month of zero', 'expiry_invalid', 'card.exp_month', card({ exp_month: 0 })],
  ['a month sent as text', 'expiry_invalid', 'card.exp_month', card({ exp_month: 'December' })],
  ['a year of two digits', 'expiry_invalid', 'card.exp_year', card({ exp_year: 30 })],
  ['a year further ahead than cards are issued for', 'expiry_invalid', 'card.exp_year', card({ exp_year: 9099 })],
  ['a security code of two digits', 'cvc_invalid', 'card.cvc', card({ cvc: '98' })],
  ['a security code of four digits for Visa', 'cvc_invalid', 'card.cvc', card({ cvc: '9876' })],
  ['a security code of three digits for American Express', 'cvc_invalid', 'card.cvc', card({ cvc: '987' }, CARD.amex)],
  ['a security code sent as a number', 'cvc_invalid', 'card.cvc', card({ cvc: 987 })],
  ['a security code with a letter in it', 'cvc_invalid', 'card.cvc', card({ cvc: '98x' })],
  ...(['number', 'exp_month', 'exp_year', 'cvc'] as const).map(
    (field): Row => [`a card without ${field}`, 'missing_field', `card.${field}`, card({ [field]: undefined })],
  ),
  ['a name longer than a card can carry', 'invalid_field', 'card.name', card({ name: 'Hanako '.repeat(10) })],
  ['a card with an unknown field', 'unknown_field', 'card.pin', card({ pin: '9182' })],
  ['a card that is a text', 'invalid_field', 'card', (scene) => tokenize(scene, { card: CARD.approve })],
  ['neither a card nor an encrypted one', 'missing_field', 'encrypted_card', (scene) => tokenize(scene, {})],
  [
    'both a card and an encrypted one',
    'invalid_field',
    'card',
    async (scene) => tokenize(scene, { card: plainCard(), encrypted_card: await scene.shop.encrypt() }),
  ],
  [
    'an unknown field beside the card',
    'unknown_field',
    'amount',
    (scene) => tokenize(scene, { card: plainCard(), amount: 98765 }),
  ],
  [
    'a field with a card number as its name',
    'unknown_field',
    null,
    (scene) => tokenize(scene, { card: plainCard(), [CARD.amex]: 1 }),
  ],
];

/** An encrypted card with other claims. */
const jwe = (changes: Body) => async (scene: Scene) =>
  tokenize(scene, { encrypted_card: await scene.shop.encrypt(changes) });

const secondsFromNow = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

/** A security code alone, with other claims. */
const codeJwe = (changes: Body) => async (scene: Scene) =>
  tokenizeCvc(scene, { encrypted_cvc: await scene.shop.encryptCvc(changes) });

async function captureJwk({ shop }: Scene): Promise<JWK> {
  const { keys } = (await shop.get('/v1/capture-keys')).json as { keys: JWK[] };
  return keys[0] ?? {};
}

/** A JWE of any text, with another header or another key. */
async function encrypted(scene: Scene, text: string, header: Body = {}, key?: JWK): Promise<Request> {
  const jwk = await captureJwk(scene);
  const compact = await new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: jwk.kid ?? '', ...header })
    .encrypt(await importJWK(key ?? jwk, 'ECDH-ES'));
  return tokenize(scene, { encrypted_card: compact });
}

const otherAlgorithm = (scene: Scene) => encrypted(scene, '{}', { enc: 'A128GCM' });

/** One reader would take the first, another the last. */
const twoNumbers = (scene: Scene) =>
  encrypted(scene, JSON.stringify(plainCard()).replace(/^\{/, `{"number":"${CARD.amex}",`));

async function otherKey(scene: Scene): Promise<Request> {
  const { publicKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  return encrypted(scene, JSON.stringify(plainCard()), {}, await exportJWK(publicKey));
}

async function tampered(scene: Scene): Promise<Request> {
  const parts = (await scene.shop.encrypt()).split('.');
  const bytes = base64url.decode(parts[3] ?? '');
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return tokenize(scene, { encrypted_card: parts.with(3, base64url.encode(bytes)).join('.') });
}

const usedJti = async (scene: Scene) =>
  tokenize(scene, { encrypted_card: await scene.shop.encrypt({ jti: scene.usedJti }, CARD.amex) });

/** Over in every time zone, which last month is not on the first of a month. */
function twoMonthsAgo(): Body {
  const now = new Date();
  const then = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 2, 1));
  return { exp_month: then.getUTCMonth() + 1, exp_year: then.getUTCFullYear() };
}

export const JWE_ROWS: readonly Row[] = [
  [
    'an encrypted card other than a JWE',
    'jwe_malformed',
    'encrypted_card',
    (scene) => tokenize(scene, { encrypted_card: 'not.a.jwe.at.all' }),
  ],
  [
    'an encrypted card that is a number',
    'invalid_field',
    'encrypted_card',
    (scene) => tokenize(scene, { encrypted_card: 987654 }),
  ],
  ['a JWE longer than a card can make it', 'jwe_malformed', 'encrypted_card', jwe({ name: 'x'.repeat(4_000) })],
  ['a JWE of another algorithm', 'jwe_malformed', 'encrypted_card', otherAlgorithm],
  ['a JWE that holds no JSON', 'jwe_malformed', 'encrypted_card', (scene) => encrypted(scene, 'no JSON at all')],
  ['a JWE with two numbers', 'jwe_malformed', 'encrypted_card', twoNumbers],
  [
    'a JWE of JSON under a byte order mark',
    'jwe_malformed',
    'encrypted_card',
    (scene) => encrypted(scene, `\ufeff${JSON.stringify(plainCard())}`),
  ],
  [
    'a JWE for a capture key the vault never had',
    'jwe_key_unknown',
    'encrypted_card',
    (scene) => encrypted(scene, '{}', { kid: `ck_${'a'.repeat(16)}` }),
  ],
  ['a JWE made with another key under the vault’s kid', 'jwe_undecryptable', 'encrypted_card', otherKey],
  ['a JWE with one character changed', 'jwe_undecryptable', 'encrypted_card', tampered],
  [
    'a JWE made for another merchant’s publishable key',
    'jwe_audience',
    'encrypted_card',
    (scene) => jwe({ aud: scene.stranger.publishableKey })(scene),
  ],
  [
    'a JWE made for the same merchant’s live key',
    'jwe_audience',
    'encrypted_card',
    (scene) => jwe({ aud: scene.shop.livePublishableKey })(scene),
  ],
  ['a JWE older than five minutes', 'jwe_stale', 'encrypted_card', jwe({ iat: secondsFromNow(-330) })],
  ['a JWE from the future', 'jwe_stale', 'encrypted_card', jwe({ iat: secondsFromNow(600) })],
  [
    'a JWE sent a second time',
    'token_replayed',
    'encrypted_card',
    (scene) => tokenize(scene, { encrypted_card: scene.usedJwe }),
  ],
  ['a JWE with the jti of another', 'token_replayed', 'encrypted_card', usedJti],
  ['a JWE without a jti', 'missing_field', 'encrypted_card.jti', jwe({ jti: undefined })],
  ['a JWE with a short jti', 'invalid_field', 'encrypted_card.jti', jwe({ jti: 'c2hvcnQtanRp' })],
  ['a JWE with an unknown field', 'unknown_field', 'encrypted_card.pin', jwe({ pin: '9182' })],
  ['an encrypted number with a wrong check digit', 'number_luhn', 'encrypted_card.number', jwe({ number: WRONG_LUHN })],
  ['an encrypted security code that is too long', 'cvc_invalid', 'encrypted_card.cvc', jwe({ cvc: '98765' })],
  ['an encrypted card that has expired', 'expiry_past', 'encrypted_card.exp_year', jwe({ exp_year: 2019 })],
  ['an encrypted code of five digits', 'cvc_invalid', 'encrypted_cvc.cvc', codeJwe({ cvc: '98765' })],
  ['an encrypted code with a card beside it', 'unknown_field', 'encrypted_cvc.number', codeJwe({ number: CARD.amex })],
  ['an encrypted code of last week', 'jwe_stale', 'encrypted_cvc', codeJwe({ iat: secondsFromNow(-604_800) })],
  [
    'a code in clear beside an encrypted one',
    'card_data_refused',
    'cvc',
    async (scene) => tokenizeCvc(scene, { encrypted_cvc: await scene.shop.encryptCvc(), cvc: '9876' }),
  ],
  ['a body without a code', 'missing_field', 'encrypted_cvc', (scene) => tokenizeCvc(scene, {})],
];
