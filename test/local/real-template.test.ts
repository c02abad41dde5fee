/** The template that would be deployed, with one permission taken out of it: the call that needs it fails here too. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { gatewayMethodsOf, ROUTES, SCHEDULES } from '../../infra/routes.ts';
import { type Runtime, startRuntime } from '../../local/runtime.ts';
import { readStack } from '../../local/template/stack.ts';
import { demoMerchant } from '../../tools/demo.ts';
import { synthesizedApp } from '../setup/synthesized.ts';

const synthesized = synthesizedApp();
const CARD = { number: '4242424242424242', exp_month: 12, exp_year: 2030, cvc: '123' };

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'fuda-real-'));
  cpSync(synthesized, join(home, 'assembly'), { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Takes an action out of the policies and key policies that belong to one entry of infra/routes.ts. */
function remove(action: string, entry: string): void {
  const path = join(home, 'assembly/Fuda.template.json');
  const template = JSON.parse(readFileSync(path, 'utf8'));
  const policy = Object.values<{ Type: string; Properties: { Description?: string } }>(template.Resources).find(
    ({ Type, Properties }) => Type === 'AWS::IAM::ManagedPolicy' && Properties.Description === `Fuda ${entry}`,
  );
  const before = JSON.stringify(policy);
  const after = before.replaceAll(`"${action}"`, '"s3:ListAllMyBuckets"');
  expect(after).not.toBe(before);
  Object.assign(policy ?? {}, JSON.parse(after));
  writeFileSync(path, JSON.stringify(template));
}

async function tokenize(runtime: Runtime): Promise<Response> {
  const { publishableKey } = await demoMerchant(runtime, join(home, 'state'), ['http://127.0.0.1:9']);
  return fetch(`${runtime.apiUrl}/v1/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${publishableKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ card: CARD }),
  });
}

function denials(runtime: Runtime): unknown[] {
  runtime.flushTrail();
  return readdirSync(runtime.trailDirectory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.includes('/CloudTrail/') && name.endsWith('.json.gz'))
    .flatMap((name) => JSON.parse(gunzipSync(readFileSync(join(runtime.trailDirectory, name))).toString()).Records)
    .filter(({ errorCode }: { errorCode?: string }) => errorCode === 'AccessDenied')
    .map(({ eventName, errorMessage }: { eventName: string; errorMessage: string }) => ({ eventName, errorMessage }));
}

const start = () => startRuntime({ dir: join(home, 'state'), assembly: join(home, 'assembly'), port: 0 });

describe('the deployed template', () => {
  test('has every route and schedule of infra/routes.ts, and may run them', () => {
    const { functions, api, schedules } = readStack(synthesized);
    expect(functions.map(({ entry }) => entry).sort()).toEqual(
      [...ROUTES, ...SCHEDULES].map(({ entry }) => entry).sort(),
    );
    expect(api.routes.filter(({ permitted }) => !permitted)).toEqual([]);
    expect(api.routes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
      ROUTES.flatMap((row) => gatewayMethodsOf(row).map((method) => `${method} ${row.path}`)).sort(),
    );
    expect(schedules).toHaveLength(SCHEDULES.length);
  });

  test('makes a token, and nothing is denied', async () => {
    const runtime = await start();
    try {
      expect((await tokenize(runtime)).status).toBe(201);
      expect(denials(runtime)).toEqual([]);
    } finally {
      await runtime.stop();
    }
  });

  test.each([
    ['dynamodb:PutItem', 'PutItem'],
    ['kms:Encrypt', 'Encrypt'],
    ['kms:GenerateMac', 'GenerateMac'],
  ])('without %s makes none: AccessDenied, on record', async (action, eventName) => {
    remove(action, 'cde/create-token');
    const runtime = await start();
    try {
      const response = await tokenize(runtime);
      expect([response.status, await response.json()]).toEqual([500, expect.objectContaining({ code: 'internal' })]);
      expect(denials(runtime)).toContainEqual({
        eventName,
        errorMessage: expect.stringContaining(`perform: ${action}`),
      });
    } finally {
      await runtime.stop();
    }
  });
});
