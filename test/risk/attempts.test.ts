/** Attempts to send a card or code: counted however they end, refused over a ceiling, and made to work near it. */
import { createHash } from 'node:crypto';
import { ScanCommand, type UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { passesLuhn } from '../../shared/card/number.ts';
import { type Limits, limitsOf, WINDOW_MINUTES } from '../../shared/merchants/limits.ts';
import { setLimits } from '../../shared/merchants/merchant-store.ts';
import { Attempts } from '../../shared/risk/attempts.ts';
import { networkOf } from '../../shared/risk/network.ts';
import { isProof } from '../../shared/risk/proof.ts';
import { createToken } from '../../shared/vault/create-token.ts';
import { createCvcToken } from '../../shared/vault/cvc-tokens.ts';
import { CARD, encrypted, plainCard, refusal, sender } from '../setup/cards.ts';
import { use } from '../setup/use.ts';
import { openWorld, type Shop } from '../setup/world.ts';

const WINDOW_MS = WINDOW_MINUTES * 60_000;
const HERE = '203.0.113.7';
const ELSEWHERE = '198.51.100.4';
const MASTERCARD = '5555555555554444';
/** Few bits, so that the tests do little of the work that a browser would. */
const BITS = 6;

const world = use(openWorld);

/** A new merchant with its own ceilings, at the beginning of a window. */
async function shopWith(limits: Partial<Limits>): Promise<Shop> {
  world.clock.advance(WINDOW_MS - (world.clock.nowMs() % WINDOW_MS));
  const shop = await world.merchant();
  return { ...shop, merchant: { ...shop.merchant, limits: { test: { proofBits: BITS, ...limits } } } };
}
const most = (count: number) => ({ proofAfter: count, most: count });

type Request = Parameters<typeof createToken>[3];
const send = (shop: Shop, request: Request, sourceIp = HERE) =>
  Promise.resolve().then(() => createToken(world.deps, world.ring, sender(world, shop, sourceIp), request));
const card = (number?: string) => ({ card: plainCard(number) });
const jweOf = (shop: Shop, claims = {}) =>
  encrypted(world.deps, { ...plainCard(), aud: shop.publishable.apiKey, ...claims });
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'token',
    ({ code }: { code?: string }) => code,
  );

function solve(jwe: string, bits = BITS): string {
  for (let number = 0; ; number += 1) if (isProof(jwe, String(number), bits)) return String(number);
}

describe('over a ceiling an attempt is refused', () => {
  test('from one address, until the window ends, and other addresses and merchants go on', async () => {
    const shop = await shopWith({ network: most(2) });
    const other = await world.merchant();
    expect([await codeOf(send(shop, card())), await codeOf(send(shop, card()))]).toEqual(['token', 'token']);
    world.clock.advance(100_000);
    await expect(send(shop, card())).rejects.toMatchObject({
      code: 'too_many_attempts',
      detail: { retryAfterSeconds: WINDOW_MS / 1_000 - 100 },
    });
    expect(await codeOf(send(shop, card(), ELSEWHERE))).toBe('token');
    expect(await codeOf(send(other, card()))).toBe('token');
    world.clock.advance(WINDOW_MS - 100_000);
    expect(await codeOf(send(shop, card()))).toBe('token');
  });

  test('of one merchant, from any address', async () => {
    const shop = await shopWith({ merchant: most(2) });
    for (const from of [HERE, ELSEWHERE]) expect(await codeOf(send(shop, card(), from))).toBe('token');
    expect(await codeOf(send(shop, card(), '192.0.2.200'))).toBe('too_many_attempts');
  });

  test('with cards of one BIN, and those of another go on', async () => {
    const shop = await shopWith({ bin: most(1) });
    expect(await codeOf(send(shop, card()))).toBe('token');
    expect(await codeOf(send(shop, card()))).toBe('too_many_attempts');
    expect(await codeOf(send(shop, card(MASTERCARD)))).toBe('token');
  });

  test('for any faults of the earlier ones, with one error for every fault', async () => {
    const shop = await shopWith({ network: most(3) });
    const wrong: Request[] = [
      { card: plainCard(`${CARD.approve.slice(0, -1)}3`) },
      { encrypted_card: (await jweOf(shop)).replace(/.$/, (end) => (end === 'A' ? 'Q' : 'A')) },
      { encrypted_card: 'no JWE' },
    ];
    const said = [];
    for (const request of wrong) said.push(await codeOf(send(shop, request)));
    expect(said).toEqual(['number_luhn', 'jwe_undecryptable', 'jwe_malformed']);
    const refusals = [];
    for (const request of [...wrong, card()]) refusals.push(await refusal(send(shop, request)));
    expect(refusals).toEqual(Array(4).fill({ code: 'too_many_attempts', param: undefined }));
  });

  test('among fifty at once, of which as many pass as may', async () => {
    const shop = await shopWith({ network: most(5) });
    const codes = await Promise.all(Array.from({ length: 50 }, () => codeOf(send(shop, card()))));
    expect(codes.filter((code) => code === 'token')).toHaveLength(5);
  });

  test('with a code, which counts with the cards', async () => {
    const shop = await shopWith({ network: most(1) });
    const { publishable } = shop;
    const request = { encrypted_cvc: await encrypted(world.deps, { cvc: '123', aud: publishable.apiKey }) };
    const sendCode = () => createCvcToken(world.deps, world.ring, sender(world, shop), request);
    expect(await codeOf(send(shop, card()))).toBe('token');
    expect(await codeOf(sendCode())).toBe('too_many_attempts');
  });

  test('before anything is asked of AWS, once the instance knows', async () => {
    const shop = await shopWith({ network: most(1) });
    for (const expected of ['token', 'too_many_attempts']) expect(await codeOf(send(shop, card()))).toBe(expected);
    world.forget();
    expect(await codeOf(send(shop, card()))).toBe('too_many_attempts');
    expect(world.calls).toEqual([]);
  });

  test('and leaves no token', async () => {
    const shop = await shopWith({ network: most(1) });
    await send(shop, card());
    world.forget();
    await codeOf(send(shop, card()));
    expect(world.calls).not.toContain('dynamodb:PutItem Tokens');
  });
});

describe('what makes no token counts for its own address alone', () => {
  const merchantTakes = (count: number, limits: Partial<Limits> = {}) =>
    shopWith({ merchant: most(count), network: most(1_000), ...limits });
  /** As many tokens as the merchant takes are made from elsewhere, and not one more. */
  const expectRoomFor = async (shop: Shop, count: number) => {
    for (let made = 0; made < count; made += 1) expect(await codeOf(send(shop, card(), ELSEWHERE))).toBe('token');
    expect(await codeOf(send(shop, card(), '192.0.2.200'))).toBe('too_many_attempts');
  };

  const { number: _number, ...noNumber } = plainCard();
  const { cvc: _cvc, ...noCode } = plainCard();
  // Made here, because no card number but published test cards is written down in this repository.
  const notForTests = '0123456789'
    .split('')
    .map((last) => `${'4'.repeat(14)}0${last}`)
    .find(passesLuhn);
  const wrongNumber = `${CARD.approve.slice(0, -1)}3`;
  const REFUSED: readonly (readonly [what: string, code: string, request: (shop: Shop) => Promise<Request>])[] = [
    ['no JWE', 'jwe_malformed', async () => ({ encrypted_card: 'no JWE' })],
    ['nothing', 'missing_field', async () => ({})],
    ['both forms', 'invalid_field', async () => ({ ...card(), encrypted_card: 'no JWE' })],
    ['a long JWE', 'jwe_malformed', async (shop) => ({ encrypted_card: `${await jweOf(shop)}${'A'.repeat(4_096)}` })],
    [
      'a JWE to an unknown capture key',
      'jwe_key_unknown',
      async (shop) => ({
        encrypted_card: await encrypted(
          world.deps,
          { ...plainCard(), aud: shop.publishable.apiKey },
          { kid: `ck_${'a'.repeat(16)}` },
        ),
      }),
    ],
    [
      'a JWE that does not open',
      'jwe_undecryptable',
      async (shop) => ({ encrypted_card: (await jweOf(shop)).replace(/.$/, (end) => (end === 'A' ? 'Q' : 'A')) }),
    ],
    ['a JWE for another shop', 'jwe_audience', async () => ({ encrypted_card: await jweOf(await world.merchant()) })],
    [
      'a JWE of yesterday',
      'jwe_stale',
      async (shop) => ({ encrypted_card: await jweOf(shop, { iat: 1_700_000_000 }) }),
    ],
    [
      'a JWE without a number',
      'missing_field',
      async ({ publishable }) => ({
        encrypted_card: await encrypted(world.deps, { ...noNumber, aud: publishable.apiKey }),
      }),
    ],
    [
      'a JWE without a code',
      'missing_field',
      async ({ publishable }) => ({
        encrypted_card: await encrypted(world.deps, { ...noCode, aud: publishable.apiKey }),
      }),
    ],
    [
      'a JWE of a wrong number',
      'number_luhn',
      async (shop) => ({ encrypted_card: await jweOf(shop, { number: wrongNumber }) }),
    ],
    ['a card that has expired', 'expiry_past', async () => ({ card: { ...plainCard(), exp_year: 2020 } })],
    ['a wrong number', 'number_luhn', async () => card(wrongNumber)],
    ['a card of the other mode', 'test_card_required', async () => card(notForTests)],
  ];

  test.each(REFUSED)('%s', async (_what, code, request) => {
    const shop = await merchantTakes(2, { bin: most(2) });
    for (let sent = 0; sent < 5; sent += 1) expect(await codeOf(send(shop, await request(shop)))).toBe(code);
    await expectRoomFor(shop, 2);
  });

  test('a JWE that is sent again', async () => {
    const shop = await merchantTakes(3);
    const replayed = { encrypted_card: await jweOf(shop) };
    const codes = ['token', ...Array<string>(5).fill('token_replayed')];
    for (const code of codes) expect(await codeOf(send(shop, replayed))).toBe(code);
    await expectRoomFor(shop, 2);
  });

  test('a code that is none', async () => {
    const shop = await merchantTakes(2);
    for (const encrypted_cvc of ['no JWE', await encrypted(world.deps, { cvc: '12', aud: shop.publishable.apiKey })]) {
      for (let sent = 0; sent < 5; sent += 1) {
        const sending = createCvcToken(world.deps, world.ring, sender(world, shop), { encrypted_cvc });
        expect(await codeOf(sending)).toMatch(/^(?:jwe_malformed|cvc_invalid)$/);
      }
    }
    await expectRoomFor(shop, 2);
  });

  test('220 bodies of garbage from one address, while a shopper pays from another', async () => {
    const shop = await shopWith({ merchant: { proofAfter: 100, most: 200 }, network: most(60) });
    const codes = await Promise.all(
      Array.from({ length: 220 }, (_, sent) => codeOf(send(shop, { encrypted_card: `garbage ${sent}` }))),
    );
    expect(codes.filter((code) => code === 'jwe_malformed')).toHaveLength(60);
    expect(codes.filter((code) => code === 'too_many_attempts')).toHaveLength(160);
    expect(await codeOf(send(shop, card(), ELSEWHERE))).toBe('token');
  });

  test('what two addresses send over their ceilings, one after another or at once', async () => {
    const together = (shop: Shop, from: string) =>
      Promise.all(Array.from({ length: 30 }, () => codeOf(send(shop, card(), from))));
    const shop = await merchantTakes(15, { network: most(5) });
    for (const from of [HERE, '198.51.100.9']) {
      for (let sent = 0; sent < 15; sent += 1) {
        expect(await codeOf(send(shop, card(), from))).toBe(sent < 5 ? 'token' : 'too_many_attempts');
      }
    }
    await expectRoomFor(shop, 5);

    const other = await merchantTakes(70, { network: most(5) });
    const codes = (await Promise.all([together(other, HERE), together(other, '198.51.100.9')])).flat();
    expect(codes.filter((code) => code === 'token')).toHaveLength(10);
    const more = await Promise.all(
      Array.from({ length: 70 }, (_, from) => codeOf(send(other, card(), `203.0.113.${100 + from}`))),
    );
    expect(more.filter((code) => code === 'token')).toHaveLength(60);
  });

  test('a crowd that is refused closes the shop for no longer than a moment', async () => {
    const shop = await merchantTakes(15, { network: most(5) });
    await Promise.all(Array.from({ length: 60 }, () => codeOf(send(shop, card()))));
    world.clock.advance(5_000);
    expect(await codeOf(send(shop, card(), ELSEWHERE))).toBe('token');
  });

  test('what is asked for a proof of work', async () => {
    const shop = await merchantTakes(3, { network: { proofAfter: 1, most: 1_000 } });
    const codes = ['token', ...Array<string>(5).fill('proof_required')];
    for (const code of codes) expect(await codeOf(send(shop, card()))).toBe(code);
    expect(await codeOf(send(shop, card(), ELSEWHERE))).toBe('token');
    expect(await codeOf(send(shop, card(), '192.0.2.200'))).toBe('token');
    expect(await codeOf(send(shop, card(), '192.0.2.201'))).toBe('too_many_attempts');
  });

  test('cards of a BIN that is over its ceiling, while others pay with others', async () => {
    const shop = await merchantTakes(3, { bin: most(1) });
    const codes = ['token', ...Array<string>(5).fill('too_many_attempts')];
    for (const code of codes) {
      expect(await codeOf(send(shop, card()))).toBe(code);
      world.clock.advance(5_000);
    }
    expect(await codeOf(send(shop, card(MASTERCARD)))).toBe('token');
    expect(await codeOf(send(shop, card(CARD.amex)))).toBe('token');
    expect(await codeOf(send(shop, card(CARD.discover)))).toBe('too_many_attempts');
  });

  test('and its refusal is the same where the count cannot be taken back, which is reported', async () => {
    const shop = await merchantTakes(9, { network: most(1) });
    const { dynamodb } = world.deps;
    const broken = Object.create(dynamodb) as typeof dynamodb;
    broken.send = (async (command: UpdateItemCommand, ...more: never[]) => {
      if (command.input.ExpressionAttributeValues?.[':count']?.N === '-1') throw new Error('throttled');
      return dynamodb.send(command, ...more);
    }) as typeof dynamodb.send;
    const uncounted: unknown[] = [];
    const attempts = new Attempts({ ...world.deps, dynamodb: broken }, (error) => void uncounted.push(error));
    const codes = [];
    for (const _again of [1, 2]) {
      const from = { ...sender(world, shop, '192.0.2.1'), attempt: attempts.begin(shop.publishable, HERE) };
      codes.push(await codeOf(createToken(world.deps, world.ring, from, card())));
    }
    expect(codes).toEqual(['token', 'too_many_attempts']);
    expect(uncounted).toHaveLength(2);
  });
});

describe('near a ceiling an attempt', () => {
  const near = { network: { proofAfter: 1, most: 100 } };

  test('must bring a proof of work on its own JWE, and learns the difficulty', async () => {
    const shop = await shopWith(near);
    await send(shop, card());
    const [jwe, other] = [await jweOf(shop), await jweOf(shop)];
    const wanted = { code: 'proof_required', detail: { param: 'proof', difficultyBits: BITS } };
    for (const proof of [undefined, solve(other), '0', '99999999999']) {
      if (proof !== undefined && isProof(jwe, proof, BITS)) continue;
      const request = { encrypted_card: jwe, ...(proof !== undefined && { proof }) };
      await expect(send(shop, request)).rejects.toMatchObject(wanted);
    }
    expect(await codeOf(send(shop, { encrypted_card: jwe, proof: solve(jwe) }))).toBe('token');
    expect(await codeOf(send(shop, { encrypted_card: jwe, proof: solve(jwe) }))).toBe('token_replayed');
  });

  test('of a card in clear cannot bring a proof, and a wrong card gets the same error as others', async () => {
    const shop = await shopWith(near);
    await send(shop, card());
    const wrong = await jweOf(shop, { number: `${CARD.approve.slice(0, -1)}3` });
    expect(await codeOf(send(shop, card()))).toBe('proof_required');
    expect(await codeOf(send(shop, { encrypted_card: wrong }))).toBe('proof_required');
    expect(await codeOf(send(shop, { encrypted_card: wrong, proof: solve(wrong) }))).toBe('number_luhn');
  });

  test('needs none where the merchant asks for none', async () => {
    const shop = await shopWith({ ...near, proofBits: 0 });
    for (const _again of [1, 2, 3]) expect(await codeOf(send(shop, card()))).toBe('token');
  });
});

describe('the counters', () => {
  test('hold no address, BIN or merchant, under keys that change with the window and the day', async () => {
    const shop = await shopWith({});
    const items = async () =>
      (await world.deps.dynamodb.send(new ScanCommand({ TableName: world.deps.table('Counters') }))).Items ?? [];
    const before = new Set((await items()).map((item) => item.counter_id?.S));
    await send(shop, card());
    world.clock.advance(WINDOW_MS);
    await send(shop, card());
    world.clock.advance(24 * 3_600_000);
    await send(shop, card());
    const added = (await items()).filter((item) => !before.has(item.counter_id?.S));
    const counts = added.filter((item) => item.attempts !== undefined);
    expect(counts.map((item) => item.attempts?.N)).toEqual(Array(9).fill('1'));
    for (const item of counts) expect(Object.keys(item).sort()).toEqual(['attempts', 'counter_id', 'expires_at_s']);
    const text = JSON.stringify([added, world.events.filter(({ eventSource }) => /dynamodb/.test(eventSource))]);
    for (const told of [HERE, '424242"', `${shop.publishable.owner}|`]) expect(text).not.toContain(told);
    const days = added.filter((item) => item.day_key !== undefined);
    expect(days.length).toBeGreaterThanOrEqual(1);
    const nowSeconds = world.clock.nowMs() / 1_000;
    for (const item of days) expect(Number(item.expires_at_s?.N) - nowSeconds).toBeLessThanOrEqual(2 * 24 * 3_600);
  });

  test('out of reach stop no payment, and say so', async () => {
    const shop = await shopWith({ network: most(1) });
    const { dynamodb } = world.deps;
    const broken = Object.create(dynamodb) as typeof dynamodb;
    broken.send = (async (command: UpdateItemCommand, ...more: never[]) => {
      if (command.input.TableName === world.deps.table('Counters')) throw new Error('throttled');
      return dynamodb.send(command, ...more);
    }) as typeof dynamodb.send;
    const uncounted: unknown[] = [];
    const deps = { ...world.deps, dynamodb: broken };
    const attempts = new Attempts(deps, (error) => void uncounted.push(error));
    for (const _again of [1, 2]) {
      const attempt = attempts.begin(shop.publishable, HERE);
      const from = { caller: shop.publishable, merchant: shop.merchant, attempt };
      expect(await codeOf(createToken(deps, world.ring, from, card()))).toBe('token');
    }
    expect(uncounted).toHaveLength(6);
    expect(world.uncounted).toEqual([]);
  });
});

describe('a network is', () => {
  test.each([
    ['an IPv4 address as it is', '203.0.113.7', '203.0.113.7'],
    ['the same where it comes as IPv6', '::ffff:203.0.113.7', '203.0.113.7'],
    ['the first 56 bits of an IPv6 address', '2001:db8:0:1ff:aaaa:bbbb:cccc:dddd', '2001:db8:0:100'],
    ['the same for another /64 of that household', '2001:db8:0:100:1:2:3:4', '2001:db8:0:100'],
    ['another for the next household', '2001:db8:0:200:1:2:3:4', '2001:db8:0:200'],
    ['the same where zeros are left out', '2001:db8:0:101::1', '2001:db8:0:100'],
    ['the same in capitals and with leading zeros', '2001:0DB8:0000:01FF:0:0:0:1', '2001:db8:0:100'],
    ['zeros where all of them are left out', '2001:db8::1', '2001:db8:0:0'],
    ['zeros for the address of nothing', '::', '0:0:0:0'],
    ['counted with an IPv4 address at its end', '64:ff9b::203.0.113.7', '64:ff9b:0:0'],
    ['without its zone', 'fe80::1%eth0', 'fe80:0:0:0'],
    ['the text itself where there is no address', 'unknown', 'unknown'],
  ])('%s', (_what, address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe('a proof of work', () => {
  test.each(['', '-1', '1e3', ' 7', '123456789012', '0x10'])('written as %j is not one', (proof) => {
    expect(isProof('jwe', proof, 0)).toBe(false);
  });

  test('counts zero bits from the first on', () => {
    const challenge = createHash('sha256').update('jwe').digest('base64url');
    for (let number = 0; number < 200; number += 1) {
      const bits = BigInt(`0x${createHash('sha256').update(`${challenge}.${number}`).digest('hex')}`).toString(2);
      const zeros = 256 - bits.length;
      expect([isProof('jwe', String(number), zeros), isProof('jwe', String(number), zeros + 1)]).toEqual([true, false]);
    }
  });
});

describe('the limits of a merchant', () => {
  test('stand over the defaults, mode by mode, and go with null', async () => {
    const { merchant } = await world.merchant();
    const merchantId = merchant.merchant_id;
    const network = { proofAfter: 5, most: 9 };
    const set = await setLimits(world.deps, { merchantId, mode: 'live', limits: { network } });
    expect(limitsOf(set, 'live')).toEqual({ ...limitsOf(merchant, 'live'), network });
    expect(limitsOf(set, 'test')).toEqual(limitsOf(merchant, 'test'));
    const unset = await setLimits(world.deps, { merchantId, mode: 'live', limits: null });
    expect(limitsOf(unset, 'live')).toEqual(limitsOf(merchant, 'live'));
  });

  test('ask for a proof before the ceiling, not after it', async () => {
    const { merchant } = await world.merchant();
    const limits = { bin: { proofAfter: 10, most: 9 } };
    const setting = setLimits(world.deps, { merchantId: merchant.merchant_id, mode: 'live', limits });
    await expect(setting).rejects.toThrow('before the ceiling');
  });

  test.each<[what: string, limits: Partial<Limits>]>([
    ['the shop', { merchant: { proofAfter: 100, most: 179 } }],
    ['the cards of a BIN', { bin: { proofAfter: 100, most: 179 } }],
    ['the shop, where each may do much', { network: { proofAfter: 15, most: 2_001 } }],
  ])('let no two networks close %s', async (_what, limits) => {
    const { merchant } = await world.merchant();
    const setting = setLimits(world.deps, { merchantId: merchant.merchant_id, mode: 'live', limits });
    await expect(setting).rejects.toThrow('at least 3 times that of network');
  });
});
