/** The main story on a deployment, over its API and with the operator's command line. A step that fails throws. */
import assert from 'node:assert/strict';
import { connect } from '../../cli/core/connect.ts';
import { fuda } from '../../shared/base/command.ts';
import type { ChargeView } from '../../shared/payments/charges/charge.ts';
import { readCharge } from '../../shared/payments/charges/store.ts';
import type { TokenView } from '../../shared/vault/vault.ts';
import { workplace } from '../../test/cli/fuda.ts';
import { CARD, plainCard } from '../../test/setup/cards.ts';
import { accepted, encryptCard, sendTo } from '../../test/setup/vault.ts';
import type { Deployed } from './cdk.ts';
import type { StandIn } from './stand-in.ts';

export interface Deployment {
  readonly standIn: StandIn;
  readonly resources: readonly Deployed[];
  readonly apiUrl: string;
  /** Called after each successful step. */
  readonly say: (step: string) => void;
}

export interface Shop {
  readonly publishableKey: string;
  readonly secretKey: string;
}

type Send = (request: Parameters<typeof sendTo>[1]) => ReturnType<typeof sendTo>;

const sender =
  ({ apiUrl }: Deployment): Send =>
  (request) =>
    sendTo(apiUrl, request);

/** Physical name of the one resource with this beginning of its logical id. */
function named({ resources }: Pick<Deployment, 'resources'>, prefix: string, type: string): string {
  const found = resources.filter((one) => one.type === type && one.logicalId.startsWith(prefix));
  assert.equal(found.length, 1, `one ${type} ${prefix}`);
  return found[0]?.physicalId ?? '';
}

const functionOf = (deployment: Deployment, name: string): string =>
  named(deployment, `VaultFunctions${name}Function`, 'AWS::Lambda::Function');

/** The operator makes a merchant; the schedule makes the first capture key. */
export async function openShop(deployment: Deployment): Promise<Shop> {
  const { standIn, say } = deployment;
  using place = workplace();
  const create = ['merchant', 'create', '--name', 'Chaya', '--stack', 'Fuda', '--json'];
  const made = await place.runWith(standIn.environment, ...create);
  assert.equal(made.exitCode, 0, made.stderr);
  const { keys } = JSON.parse(made.stdout) as { keys: { kind: string; mode: string; key: string }[] };
  const keyOf = (wanted: string) => keys.find(({ kind, mode }) => kind === wanted && mode === 'test')?.key ?? '';
  say(`a merchant is made: ${fuda('merchant create --name Chaya --stack Fuda')}`);
  const rotation = await standIn.invoke(functionOf(deployment, 'ScheduledRotateCaptureKeys'));
  assert.deepEqual(rotation, { rotated: true, ageSeconds: 0 });
  say('the scheduled rotation makes the first capture key');
  return { publishableKey: keyOf('publishable'), secretKey: keyOf('secret') };
}

/** Like the hosted field: encrypts the card to the vault's capture key. */
export async function tokenize(deployment: Deployment, shop: Shop, number: string = CARD.approve): Promise<TokenView> {
  const send = sender(deployment);
  const encrypted = await encryptCard(send, { ...plainCard(number), aud: shop.publishableKey });
  const body = { encrypted_card: encrypted };
  return accepted(await send({ method: 'POST', path: '/v1/tokens', key: shop.publishableKey, body }));
}

export function charge(deployment: Deployment, shop: Shop, source: string, idempotencyKey: string) {
  const body = { source, amount: 4180, currency: 'JPY' };
  return sender(deployment)({ method: 'POST', path: '/v1/charges', key: shop.secretKey, idempotencyKey, body });
}

export async function pay(deployment: Deployment, shop: Shop): Promise<ChargeView> {
  const { say } = deployment;
  const token = await tokenize(deployment, shop);
  say('a card, encrypted as the hosted field does it, becomes a token');
  const paid = accepted<ChargeView>(await charge(deployment, shop, token.id, 'order-1'));
  assert.equal(paid.status, 'captured');
  say('the token is charged');
  const again = accepted<ChargeView>(await charge(deployment, shop, token.id, 'order-1'));
  assert.deepEqual(again, paid);
  say('the same request again gets the same charge');
  const replayed = await charge(deployment, shop, token.id, 'order-2');
  assert.equal(replayed.status, 409);
  assert.partialDeepStrictEqual(replayed.json, { code: 'token_spent', spent_by: paid.id });
  say('the token a second time is refused, naming the charge that spent it');
  return paid;
}

/** Requests that the vault and the gateway must refuse. */
export async function refuse(deployment: Deployment, shop: Shop): Promise<void> {
  const { say } = deployment;
  const send = sender(deployment);
  const declined = accepted<ChargeView>(
    await charge(deployment, shop, (await tokenize(deployment, shop, CARD.declined)).id, 'order-3'),
  );
  assert.equal(declined.status, 'declined');
  say('a card that its issuer declines is declined');
  const { status } = await send({ method: 'GET', path: '/v1/charges', key: `sk_test_${'a'.repeat(26)}` });
  assert.equal(status, 401);
  const card = { card: plainCard() };
  const body = await send({
    method: 'POST',
    path: '/v1/charges',
    key: shop.secretKey,
    idempotencyKey: 'order-4',
    body: card,
  });
  assert.partialDeepStrictEqual(body.json, { code: 'card_data_refused' });
  const nowhere = await send({ method: 'GET', path: '/v1/nowhere' });
  assert.equal(nowhere.headers.get('content-type'), 'application/problem+json');
  assert.partialDeepStrictEqual(nowhere.json, { code: 'route_not_found' });
  say('a wrong key, a card number where none may be and an unknown route are refused, as problem documents');
}

export async function giveBack(deployment: Deployment, shop: Shop, { id }: ChargeView): Promise<void> {
  const path = `/v1/charges/${id}/refunds`;
  const request = {
    method: 'POST',
    path,
    key: shop.secretKey,
    idempotencyKey: 'back-1',
    body: { amount: 180 },
  } as const;
  const { status } = await sender(deployment)(request);
  assert.equal(status, 201);
  deployment.say('part of it is refunded');
}

/** Compares the stand-in's record of every decryption with the vault's ledger, by AWS request id (V5). */
export async function matchDecryptions(deployment: Deployment, { id }: ChargeView): Promise<void> {
  const { standIn, say } = deployment;
  const { deps } = await connect({ local: undefined, stack: 'Fuda', region: undefined });
  const decryptions = (await readCharge(deps, id))?.decryptions ?? [];
  deps.dynamodb.destroy();
  deps.kms.destroy();
  const target = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents';
  const wanted = { LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'Decrypt' }] };
  const { Events } = (await standIn.ask(target, wanted)) as { Events: readonly { CloudTrailEvent: string }[] };
  const recorded = Events.map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent) as { requestID: string });
  assert.equal(decryptions.length, 2);
  for (const { request_id: requestId } of decryptions) {
    assert.ok(
      recorded.some(({ requestID }) => requestID === requestId),
      'each decryption is one Decrypt in the trail',
    );
  }
  say('its two decryptions are in the stand-in’s CloudTrail under the request ids the ledger holds');
}

/** Checks that the function wrote the metric of its alarms into its log group. */
export async function readMetrics(deployment: Deployment): Promise<void> {
  const { standIn, say } = deployment;
  await standIn.invoke(functionOf(deployment, 'ScheduledSweep'));
  const logGroupName = named(deployment, 'VaultFunctionsScheduledSweepLogs', 'AWS::Logs::LogGroup');
  const { events } = (await standIn.ask('Logs_20140328.FilterLogEvents', { logGroupName })) as {
    events: readonly { message: string }[];
  };
  const lines = events.map(({ message }) => message).filter((line) => line.includes('"_aws"'));
  assert.match(lines.join('\n'), /"Namespace":"Fuda\/Fuda".*"Name":"TokensOverdueSeconds"/);
  say('the sweep runs, and its log group holds the metrics that alarms watch');
}
