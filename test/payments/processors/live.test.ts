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
import { processorFor } from '../../../shared/payments/processors/registry.ts';
import { addProcessor } from '../../../shared/payments/processors/setup.ts';
import { refusal } from '../../setup/cards.ts';
import { ENGINES } from '../../setup/engines.ts';
import { openWorld, type World } from '../../setup/world.ts';
import { makeAuthority } from '../forward/certificates.ts';

const KEY = new Secret('sk_live_of_the_shop_and_no_other');
const OWN_KEY = new Secret('sk_live_of_the_operator_himself');
const { caPem } = makeAuthority();

const STRIPE: LiveProcessor = {
  name: 'stripe',
  kind: 'processor',
  hosts: ['api.stripe.com'],
  accounts: [KEY.fingerprint() ?? ''],
};
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
  return processorFor({ ...world.deps, liveDestinations: deployed }, { merchantId, mode: 'live' }, 'psp');
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
