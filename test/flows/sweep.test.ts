/**
 * The scheduled function, run as its schedule runs it: under its own role, from its own bundle. Records are dated back
 * instead of waiting; the clock of the functions is real.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { VAULT_ALARMS } from '../../infra/alarms/vault.ts';
import { SCHEDULES } from '../../infra/routes.ts';
import type { ChargeView } from '../../shared/payments/charges/charge.ts';
import { tokenHash } from '../../shared/vault/tokens.ts';
import { CARD } from '../setup/cards.ts';
import { eventually } from '../setup/eventually.ts';
import { story } from '../setup/story.ts';
import { use } from '../setup/use.ts';
import { startVault } from '../setup/vault.ts';
import { byRole, findEvidence, trailRecords } from './trail.ts';

const HOUR_MS = 60 * 60_000;

const step = story();

const vault = use(startVault);
const shop = use(() => vault.merchant());

const sweep = async () => {
  const outcome = await vault.runtime.runSchedule('scheduled/sweep');
  expect(outcome).toMatchObject({ kind: 'returned' });
  return outcome.kind === 'returned' ? outcome.value : null;
};

/** Makes a charge look as if its request was made an hour ago. */
const ageCharge = (id: string) => {
  const atMs = Date.now() - HOUR_MS;
  return vault.edit('Ledger', id, { created_at_ms: atMs, open_since_ms: atMs });
};

const updatesBySweep = (key: string) =>
  byRole(trailRecords(vault.runtime), 'Sweep').filter(
    ({ eventName, requestParameters }) =>
      eventName === 'UpdateItem' && Object.values(requestParameters?.key ?? {}).includes(key),
  );

step('an expired token is erased by an explicit write, which the trail shows', async () => {
  const [expired, alive] = await Promise.all([shop.tokenize(), shop.tokenize()]);
  const hash = tokenHash(expired.id);
  await vault.edit('Tokens', hash, { expires_at_ms: Date.now() - 1 });
  expect((await vault.contents()).Tokens[hash]).toMatchObject({ pan_ct: expect.anything(), cvc_ct: expect.anything() });

  expect(await sweep()).toMatchObject({ erasedTokens: 1, resolvedEntries: 0, left: 0, tokensOverdueSeconds: 0 });

  const { Tokens } = await vault.contents();
  expect(Object.keys(Tokens[hash] ?? {})).not.toEqual(expect.arrayContaining(['pan_ct']));
  expect(Object.keys(Tokens[hash] ?? {})).not.toEqual(expect.arrayContaining(['cvc_ct']));
  expect(Tokens[hash]).not.toHaveProperty('due_shard');
  expect(Tokens[hash]).toMatchObject({ erased_at_ms: expect.any(Number) });
  expect(Tokens[tokenHash(alive.id)]).toMatchObject({ pan_ct: expect.anything(), cvc_ct: expect.anything() });
  const writes = updatesBySweep(hash);
  expect(writes).toHaveLength(1);
  expect(writes[0]?.requestParameters).toMatchObject({
    tableName: vault.runtime.tables.Tokens,
    updateExpression: expect.stringMatching(/REMOVE pan_ct, cvc_ct/),
  });
  // And what is erased can neither be charged nor stored.
  expect(await shop.charge({ source: expired.id })).toMatchObject({ status: 410, json: { code: 'token_expired' } });
});

step('a token that expired but was not swept yet is refused all the same', async () => {
  const { id } = await shop.tokenize();
  await vault.edit('Tokens', tokenHash(id), { expires_at_ms: Date.now() - 1 });
  expect(await shop.post('/v1/cards', { token: id })).toMatchObject({ json: { code: 'token_expired' } });
  expect(await shop.post('/v1/tokens/lookup', { token: id })).toMatchObject({
    status: 200,
    json: { status: 'expired' },
  });
  expect(await sweep()).toMatchObject({ erasedTokens: 1 });
});

step('the sweep captures a charge with a lost response once, without the card', async () => {
  const { id: source } = await shop.tokenize(CARD.lostResponse);
  const response = await shop.charge({ source }, 'lost-1');
  expect(response).toMatchObject({ status: 202, json: { status: 'processing' } });
  const { id } = response.json as ChargeView;
  // Too young to be touched: the request that made it could still be running.
  expect(await sweep()).toMatchObject({ resolvedEntries: 0 });
  await ageCharge(id);
  expect(await sweep()).toMatchObject({ erasedTokens: 0, resolvedEntries: 1, left: 0, unresolvedSeconds: 0 });
  expect((await shop.get(`/v1/charges/${id}`)).json).toMatchObject({ status: 'captured', amount_captured: 4180 });
  expect((await vault.contents()).Simulator[id]).toMatchObject({ authorizations_received: 1, captured_minor: 4180 });
  // The merchant's own retry gets the same charge.
  expect(await shop.charge({ source }, 'lost-1')).toMatchObject({ status: 201, json: { id, status: 'captured' } });
});

step('a charge that never reached the processor fails, and the processor would refuse it from then on', async () => {
  const response = await shop.charge({ source: (await shop.tokenize(CARD.timeout)).id });
  const { id } = response.json as ChargeView;
  await ageCharge(id);
  expect(await sweep()).toMatchObject({ resolvedEntries: 1 });
  const { json } = await shop.get(`/v1/charges/${id}`);
  expect(json).toMatchObject({ status: 'failed', failure_code: 'processor_timeout', amount_captured: 0 });
  expect((await vault.contents()).Simulator[id]).toMatchObject({ outcome: 'canceled' });
});

step('the sweep decrypts nothing, and every decryption it leaves behind has its charge', async () => {
  const calls = byRole(trailRecords(vault.runtime), 'Sweep').map(({ eventSource }) => eventSource);
  expect(new Set(calls)).toEqual(new Set(['dynamodb.amazonaws.com']));
  const { exitCode, report } = await findEvidence(vault);
  expect(report.findings).toEqual([]);
  expect(report.counts).toMatchObject({ decryptions: 4, proven: 4, unexplained: 0 });
  expect(exitCode).toBe(0);
});

step('what the functions said of all this is what the alarms listen to', async () => {
  for (const { entry } of SCHEDULES) {
    expect([entry, await vault.runtime.runSchedule(entry)]).toMatchObject([entry, { kind: 'returned' }]);
  }
  await vault.send({
    method: 'POST',
    path: '/v1/csp-reports',
    headers: { 'content-type': 'application/csp-report' },
    body: { 'csp-report': { 'effective-directive': 'img-src', 'blocked-uri': 'https://evil.example/' } },
  });
  const listenedTo = VAULT_ALARMS.flatMap(({ watches }) => ('own' in watches ? [watches] : []))
    // test/functions/runtime/pipeline.test.ts covers AWS in trouble, test/events/first-use.test.ts a live card.
    .filter(({ own }) => !['Retries', 'AttemptsUncounted', 'DestinationFirstUsesLate'].includes(own))
    .map(({ own, where }) => ['Fuda/Fuda', own, ...Object.keys(where).sort()].join(' '));
  // A line comes a moment after its response.
  const silent = () => listenedTo.filter((metric) => !metricsIn(vault.dir).has(metric));
  await eventually(
    () => `heard in the logs: ${silent()}`,
    () => silent().length === 0,
  );
  expect([...metricsIn(vault.dir)].filter((metric) => /merchant|charge|request/.test(metric))).toEqual([]);
});

/** Namespace, name and dimensions of every metric in the functions' logs. */
function metricsIn(dir: string): Set<string> {
  const logs = readdirSync(join(dir, 'logs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.log'),
  );
  const lines = logs.flatMap((name) => readFileSync(join(dir, 'logs', name), 'utf8').split('\n'));
  const directives = lines
    .filter((line) => line.includes('"_aws"'))
    .flatMap((line) => JSON.parse(line.slice(line.indexOf('{')))._aws.CloudWatchMetrics as Directive[]);
  return new Set(
    directives.flatMap(({ Namespace, Dimensions, Metrics }) =>
      Dimensions.map((set) => [Namespace, Metrics[0]?.Name, ...[...set].sort()].join(' ')),
    ),
  );
}

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string }[];
}
