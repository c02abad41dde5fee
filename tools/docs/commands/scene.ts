/** A vault and a folder with everything that the command lines of pages name: a merchant, its secrets, files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadSigningKey } from '../../../audit/bundle/signing-key.ts';
import { BundleWriter } from '../../../audit/bundle/writer.ts';
import { connect } from '../../../cli/core/connect.ts';
import type { Connection } from '../../../cli/core/connection.ts';
import { DESTINATIONS_VARIABLE, type LiveDestination } from '../../../shared/base/destinations.ts';
import { addEndpoint } from '../../../shared/events/endpoint-store.ts';
import { readMerchant, setOrigins } from '../../../shared/merchants/merchant-store.ts';
import { Secret } from '../../../shared/merchants/secret.ts';
import { putSecret } from '../../../shared/merchants/secret-store.ts';
import { addDestination } from '../../../shared/payments/forward/destination-store.ts';
import { localFile } from '../../../test/cli/fuda.ts';
import { openWorld, START_MS, type World } from '../../../test/setup/world.ts';
import { ENDPOINT, KEY, MERCHANT, SIGNER } from './placeholders.ts';

/** As the recipe for destinations has them. */
const DEPLOYED: readonly LiveDestination[] = [
  {
    name: 'acquirer',
    kind: 'processor',
    hosts: ['auth.acquirer.example:7001'],
    accounts: ['123456.TERM0001.CHAYA0000000001'],
  },
  {
    name: 'psp',
    kind: 'forward',
    hosts: ['api.psp.example', 'psp.example'],
    accounts: [new Secret('a key at the processor').fingerprint() ?? ''],
    paths: ['/v1/payments'],
    methods: ['POST', 'PUT'],
    fields: { number: ['/card/number'], cvc: ['/card/cvc'] },
    credentialAt: 'header:authorization',
  },
];
const TEMPLATE = {
  Resources: {
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: { Environment: { Variables: { [DESTINATIONS_VARIABLE]: JSON.stringify(DEPLOYED) } } },
    },
  },
};

const LISTING = 'reference,type,amount,currency,time\nch_1,charge,4180,JPY,2026-11-23T09:00:00Z\n';

const FILES: Readonly<Record<string, string>> = {
  'key.txt': 'a key at the processor\n',
  'numbers.txt': '4242424242424242\n',
  'their-key.jwk': '{}\n',
  'chaya.json': JSON.stringify({ merchant_id: MERCHANT, publishable_key: 'pk', secret_key: 'sk' }),
  'stripe-november.csv': LISTING,
  '.fuda/simulator-listing.csv': LISTING,
  '.fuda/honey.json': '{"planted":[]}\n',
  '.build/web/integrity.json': '{"scripts":[],"pages":[]}\n',
  'trail/public-keys.json': '{}\n',
  'keys.json': '{}\n',
  'assembly/Fuda.template.json': JSON.stringify(TEMPLATE),
};
/** Each for the processor or destination of its examples. */
const SECRETS = { 'stripe-key': 'processor:stripe/test', 'psp-key': 'forward:psp/test' } as const;

const ORIGINS: readonly string[] = ['https://chaya.example', 'https://old.chaya.example'];
const DESTINATION = {
  name: 'psp',
  origin: 'https://psp.example',
  path_prefix: '/v1/payments',
  methods: ['POST'],
  fields: { number: ['/card/number'], cvc: ['/card/cvc'] },
  dangerously_allows_loopback: false,
} as const;

export interface Scene extends AsyncDisposable {
  readonly folder: string;
  readonly connection: Connection;
  /** Placeholder → its value here. */
  readonly values: ReadonlyMap<string, string>;
  /** A page on this machine, for commands that fetch one. */
  readonly pageUrl: string;
}

export async function openScene(): Promise<Scene> {
  await using opening = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'fuda-commands-'));
  opening.defer(() => rmSync(folder, { recursive: true, force: true }));
  const world = opening.use(await openWorld());
  const local = JSON.stringify({ ...(await localFile(world.deps)), assembly_dir: 'assembly' });
  for (const [name, text] of Object.entries({ ...FILES, 'local.json': local })) writeInto(folder, name, text);
  const connection = await connect({ local: join(folder, 'local.json'), stack: undefined, region: undefined });
  const { dynamodb, kms } = connection.deps;
  for (const client of [dynamodb, kms]) opening.defer(() => client.destroy());
  const values = new Map([...(await furnish(world)), [SIGNER, writeBundle(folder)]]);
  const pageUrl = await servePage(opening);
  const stack = opening.move();
  return { folder, connection, values, pageUrl, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** Makes a merchant with everything that commands name. */
async function furnish(world: World): Promise<readonly (readonly [string, string])[]> {
  const { deps } = world;
  const { merchant } = await world.merchant();
  const { merchant_id: merchantId } = merchant;
  await setOrigins(deps, merchantId, ORIGINS);
  for (const [name, use] of Object.entries(SECRETS)) {
    await putSecret(deps, { merchantId, name, use }, new Secret('a key at the processor'));
  }
  const deployed = { ...deps, liveDestinations: DEPLOYED };
  for (const mode of ['test', 'live'] as const) await addDestination(deployed, merchantId, { ...DESTINATION, mode });
  const receiver = { merchantId, mode: 'test', url: 'https://shop.example/hooks/fuda' } as const;
  const { endpoint } = await addEndpoint(deps, receiver, { dangerouslyAllowLoopback: false });
  const { keys } = await readMerchant(deps, merchantId);
  const [key] = keys;
  return [
    [MERCHANT, merchantId],
    [ENDPOINT, endpoint.record_id],
    [KEY, key?.record_id ?? ''],
    ['sk_test_…x7ab', keys.find(({ kind, mode }) => kind === 'secret' && mode === 'test')?.hint ?? ''],
  ];
}

/** Writes a signed evidence bundle; returns its signer's fingerprint. */
function writeBundle(folder: string): string {
  const signer = loadSigningKey(join(folder, '.fuda/evidence-key.pem'));
  const writer = new BundleWriter(join(folder, 'report'), new Set(['report.json']));
  const finding = { code: 'honey_touched', reason: 'card_1', subject: 'event-1', at: null };
  writer.write('report.json', JSON.stringify({ findings: [finding] }));
  const period = { fromMs: START_MS, toMs: START_MS + 1 };
  writer.seal(signer, { createdAtMs: START_MS, period, verdict: 'fail', findings: 1 });
  return signer.fingerprint;
}

async function servePage(stack: AsyncDisposableStack): Promise<string> {
  const server = createServer((_, response) => response.end('<!doctype html><title>Pay</title>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stack.defer(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function writeInto(folder: string, name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}
