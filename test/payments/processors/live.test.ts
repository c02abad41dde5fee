/**
 * Live processors of an operator who may write any record of the merchant and seal any secret, and wants the cards for
 * himself: none is opened but those that the deployment names by host and account (V14).
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { certificateFingerprint, type LiveProcessor } from '../../../shared/base/destinations.ts';
import { change } from '../../../shared/base/dynamo.ts';
import type { ProcessorRecord } from '../../../shared/merchants/merchant.ts';
import { Secret } from '../../../shared/merchants/secret.ts';
import { putSecret } from '../../../shared/merchants/secret-store.ts';
import { sendHttp } from '../../../shared/payments/processors/http.ts';
import { processorFor } from '../../../shared/payments/processors/registry.ts';
import { addProcessor, isOfDeployedAccount } from '../../../shared/payments/processors/setup.ts';
import { refusal } from '../../setup/cards.ts';
import { ENGINES } from '../../setup/engines.ts';
import { use } from '../../setup/use.ts';
import { openWorld, type World } from '../../setup/world.ts';
import { makeAuthority } from '../forward/certificates.ts';
import { startStripe } from './stripe-double.ts';

const KEY = new Secret('sk_live_of_the_shop_and_no_other');
const OWN_KEY = new Secret('sk_live_of_the_operator_himself');
const { caPem } = makeAuthority();

const STRIPE: LiveProcessor = {
  name: 'stripe',
  kind: 'processor',
  hosts: ['api.stripe.com'],
  accounts: [KEY.fingerprint() ?? ''],
};
/** The same host, with the account as Stripe names it. */
const BY_NAME: LiveProcessor = { ...STRIPE, accounts: ['acct_1Shop'] };
const ACQUIRER: LiveProcessor = {
  name: 'acquirer',
  kind: 'processor',
  hosts: ['auth.acquirer.example:7001'],
  accounts: ['123456.TERM0001.CHAYA0000000001'],
  caSha256: certificateFingerprint(caPem) ?? '',
};

const stripe: ProcessorRecord = {
  name: 'psp',
  adapter: 'stripe',
  mode: 'live',
  is_default: true,
  secret: 'key',
  settings: {},
};
const settings = {
  host: 'auth.acquirer.example',
  port: '7001',
  acquirer_id: '123456',
  terminal_id: 'TERM0001',
  merchant_id: 'CHAYA0000000001',
  category_code: '5999',
  ca: caPem,
};
const acquirer: ProcessorRecord = { name: 'psp', adapter: 'iso8583', mode: 'live', is_default: true, settings };

const double = use(startStripe);
/** This machine stands for the Internet. */
const toDouble: typeof sendHttp = (request) =>
  sendHttp({ ...request, url: request.url.replace('https://api.stripe.com/', `${double.url}/`) });

let world: World;
beforeAll(async () => {
  const [dynalite] = ENGINES;
  if (dynalite === undefined) throw new Error('there is always an engine');
  world = await openWorld(dynalite);
});
afterAll(async () => world?.[Symbol.asyncDispose]());

/** What a function makes of a record that was written past the command line. */
async function open(record: object, deployed: readonly LiveProcessor[], key = KEY) {
  const { merchant } = await world.merchant();
  const { merchant_id: merchantId } = merchant;
  await putSecret(world.deps, { merchantId, name: 'key', use: 'processor:psp/live' }, key);
  await change(world.deps, 'Merchants', merchantId, {
    update: 'SET processors = :processors',
    condition: 'attribute_exists(record_id)',
    values: { ':processors': [record] },
  });
  const deps = { ...world.deps, liveDestinations: deployed, sendHttp: toDouble };
  return processorFor(deps, { merchantId, mode: 'live' }, 'psp');
}

test('one that the deployment names is opened, by credential or by account, and names the receiver', async () => {
  expect(await open(stripe, [STRIPE])).toMatchObject({
    name: 'psp',
    sentTo: { destination: 'stripe', receivers: [`processor/api.stripe.com/443/${KEY.fingerprint()}`] },
  });
  expect(await open(acquirer, [STRIPE, ACQUIRER])).toMatchObject({
    name: 'psp',
    sentTo: {
      destination: 'acquirer',
      receivers: ['processor/auth.acquirer.example/7001/123456.TERM0001.CHAYA0000000001'],
    },
  });
});

const asked = () => double.requests.filter(({ path }) => path === '/v1/account').length;

test('a new key of the account that the deployment names is opened, and Stripe is asked once an instance', async () => {
  const { merchant } = await world.merchant();
  const { merchant_id: merchantId } = merchant;
  const before = asked();
  const deps = { ...world.deps, liveDestinations: [BY_NAME], sendHttp: toDouble };
  for (const name of ['psp', 'again']) {
    const key = new Secret('sk_live_a_new_one_of_the_shop');
    double.accounts.set(key.clearText(), 'acct_1Shop');
    await putSecret(world.deps, { merchantId, name, use: `processor:${name}/live` }, key);
    await change(world.deps, 'Merchants', merchantId, {
      update: 'SET processors = :processors',
      condition: 'attribute_exists(record_id)',
      values: { ':processors': [{ ...stripe, name, secret: name }] },
    });
    expect(await processorFor(deps, { merchantId, mode: 'live' }, name)).toMatchObject({
      sentTo: { destination: 'stripe', receivers: ['processor/api.stripe.com/443/acct_1Shop'] },
    });
  }
  expect(asked() - before).toBe(1);
});

test('Stripe is not asked about a key that the deployment names, nor where it names keys only', async () => {
  const before = asked();
  await open(stripe, [{ ...BY_NAME, accounts: ['acct_1Shop', KEY.fingerprint() ?? ''] }]);
  await refusal(open(stripe, [STRIPE], OWN_KEY));
  await refusal(open(stripe, [BY_NAME], new Secret('sk_test_is_of_the_other_mode')));
  expect(asked()).toBe(before);
});

describe('by the account as Stripe names it', () => {
  const other = { ...BY_NAME, hosts: ['other.example'] };
  const note = { account: 'acct_1Shop', accounts: { [OWN_KEY.fingerprint() ?? '']: 'acct_1Shop' } };
  test.each<[what: string, said: string | null, record: object, deployed: readonly LiveProcessor[]]>([
    ['the key is of another account', 'acct_1Operator', stripe, [BY_NAME]],
    ['the account has a longer name', 'acct_1Shop2', stripe, [BY_NAME]],
    ['the account has another name in capitals only', 'acct_1SHOP', stripe, [BY_NAME]],
    ['Stripe does not know the key', null, stripe, [BY_NAME]],
    ['Stripe names no account', 'shop', stripe, [{ ...BY_NAME, accounts: ['shop'] }]],
    ['the account is named at another host', 'acct_1Shop', stripe, [other]],
    ['it is for other merchants', 'acct_1Shop', stripe, [{ ...BY_NAME, merchants: [`mer_${'a'.repeat(26)}`] }]],
    ['the record says that it is of the account', 'acct_1Operator', { ...stripe, ...note }, [BY_NAME]],
  ])('one is not opened where %s (V14)', async (_what, said, record, deployed) => {
    double.accounts.clear();
    if (said !== null) double.accounts.set(OWN_KEY.clearText(), said);
    const refused = await refusal(open(record, deployed, OWN_KEY));
    expect(refused).toEqual({ code: 'processor_unavailable', param: 'processor' });
    if (said === null || deployed[0] === other) return;
    expect(
      await isOfDeployedAccount(
        deployed.filter(({ merchants }) => !merchants),
        OWN_KEY,
        toDouble,
      ),
    ).toBe(false);
  });

  test.each(['error_500', 'rate_limited', 'garbage', 'unauthorized', 'lost'] as const)(
    'one is not opened while Stripe’s response is %s, and is opened later',
    async (fault) => {
      double.accounts.set(KEY.clearText(), 'acct_1Shop');
      double.failNext('/v1/account', fault);
      expect((await refusal(open(stripe, [BY_NAME]))).code).toBe('processor_unavailable');
      expect(await open(stripe, [BY_NAME])).toMatchObject({ name: 'psp' });
    },
  );

  test.each<[what: string, secret: Secret, rows: readonly LiveProcessor[], taken: boolean]>([
    ['a key of the account', KEY, [BY_NAME], true],
    ['a key by its fingerprint', KEY, [STRIPE], true],
    ['a key of another account', OWN_KEY, [BY_NAME, ACQUIRER], false],
    ['a key by the fingerprint of another', OWN_KEY, [STRIPE], false],
    ['a secret of the acquirer, which signs the vault on', new Secret('-----BEGIN PRIVATE KEY-----'), [ACQUIRER], true],
    ['a secret of no processor', new Secret('-----BEGIN PRIVATE KEY-----'), [BY_NAME], false],
    ['any key where nothing is deployed', KEY, [], false],
  ])('an operator may seal or not: %s', async (_what, secret, rows, taken) => {
    double.accounts.set(KEY.clearText(), 'acct_1Shop').set(OWN_KEY.clearText(), 'acct_1Operator');
    expect(await isOfDeployedAccount(rows, secret, toDouble)).toBe(taken);
  });
});

const withSetting = (change: object) => ({ ...acquirer, settings: { ...settings, ...change } });

test.each<[what: string, record: object, deployed: readonly LiveProcessor[], key?: Secret]>([
  ['the deployment names nothing', stripe, []],
  ['the deployment names another', stripe, [ACQUIRER]],
  ['the credential is of another account', stripe, [STRIPE], OWN_KEY],
  ['the credential is that of another row', stripe, [{ ...STRIPE, hosts: ['other.example'] }]],
  ['it is for other merchants', stripe, [{ ...STRIPE, merchants: [`mer_${'a'.repeat(26)}`] }]],
  ['its address is another', { ...stripe, settings: { url: 'https://operator.example' } }, [STRIPE]],
  [
    'its address is another, although deployed',
    { ...stripe, settings: { url: 'https://operator.example' } },
    [{ ...STRIPE, hosts: ['operator.example'] }],
  ],
  ['its host is another', withSetting({ host: 'operator.example' }), [ACQUIRER]],
  ['its port is another', withSetting({ port: '7002' }), [ACQUIRER]],
  ['its port is another in writing', withSetting({ port: '07002' }), [ACQUIRER]],
  ['its terminal is another', withSetting({ terminal_id: 'TERM0002' }), [ACQUIRER]],
  ['its merchant at the acquirer is another', withSetting({ merchant_id: 'OPERATOR0000001' }), [ACQUIRER]],
  ['its acquirer is another', withSetting({ acquirer_id: '654321' }), [ACQUIRER]],
  [
    'its account is spelled from other parts',
    withSetting({ terminal_id: 'TERM', merchant_id: '0001.CHAYA' }),
    [ACQUIRER],
  ],
  ['its authority is another', withSetting({ ca: makeAuthority().caPem }), [ACQUIRER]],
  ['it trusts a second authority', withSetting({ ca: caPem + makeAuthority().caPem }), [ACQUIRER]],
  ['it trusts the public authorities', withSetting({ ca: undefined }), [ACQUIRER]],
  ['it speaks without TLS', withSetting({ tls: 'off' }), [ACQUIRER]],
  ['its adapter is unknown', { ...stripe, adapter: 'constructor' }, [STRIPE]],
])('one is not opened where %s (V14)', async (_what, record, deployed, key = KEY) => {
  expect(await refusal(open(record, deployed, key))).toEqual({ code: 'processor_unavailable', param: 'processor' });
});

describe('an operator hears at once', () => {
  test.each<[what: string, record: ProcessorRecord, deployed: readonly LiveProcessor[]]>([
    ['that nothing is deployed', acquirer, []],
    ['what is deployed instead of a host', withSetting({ host: 'operator.example' }) as ProcessorRecord, [ACQUIRER]],
    ['what is deployed instead of an account', withSetting({ terminal_id: 'TERM0002' }) as ProcessorRecord, [ACQUIRER]],
  ])('%s', async (_what, record, deployed) => {
    const { merchant } = await world.merchant();
    const added = addProcessor({ ...world.deps, liveDestinations: deployed }, merchant.merchant_id, record);
    const known =
      deployed.length === 0 ? 'none' : 'processor/auth.acquirer.example/7001/123456.TERM0001.CHAYA0000000001';
    await expect(added).rejects.toThrow(known);
  });
});
