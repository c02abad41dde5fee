/**
 * The demo merchant: created once with the verbs and permissions of `fuda merchant create`, and stored beside the
 * tables so that the shop works again after a restart. Its live keys are not stored.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { z } from 'zod';
import { writePrivateFile } from '../local/base/private-files.ts';
import type { Runtime } from '../local/runtime.ts';
import { systemClock } from '../shared/base/clock.ts';
import type { Deps } from '../shared/base/deps.ts';
import { getItem } from '../shared/base/dynamo.ts';
import type { Merchant } from '../shared/merchants/merchant.ts';
import { createMerchant, ORIGINS_MAX, setOrigins } from '../shared/merchants/merchant-store.ts';

const SHOP_NAME = 'Demo shop';

const DemoMerchant = z.object({ merchantId: z.string(), publishableKey: z.string(), secretKey: z.string() });

export type DemoMerchant = z.infer<typeof DemoMerchant>;

/** The demo merchant of this state folder; it may mount the field on the shop's origin. */
export async function demoMerchant(runtime: Runtime, dir: string, origins: readonly string[]): Promise<DemoMerchant> {
  const deps = operatorDeps(runtime);
  const path = join(dir, 'demo-merchant.json');
  if (!existsSync(path)) {
    const { merchant, keys } = await createMerchant(deps, { name: SHOP_NAME, allowedOrigins: origins });
    const testKey = (kind: string) =>
      keys.find(({ record }) => record.kind === kind && record.mode === 'test')?.key.clearText();
    const made = DemoMerchant.parse({
      merchantId: merchant.merchant_id,
      publishableKey: testKey('publishable'),
      secretKey: testKey('secret'),
    });
    writePrivateFile(path, `${JSON.stringify(made, null, 2)}\n`);
    return made;
  }
  const known = DemoMerchant.parse(JSON.parse(readFileSync(path, 'utf8')));
  const merchant = await getItem<Merchant>(deps, 'Merchants', known.merchantId);
  if (!merchant) throw new Error(`${path} names a merchant that the tables do not hold; delete the state folder`);
  if (origins.some((origin) => !merchant.allowed_origins.includes(origin))) {
    await setOrigins(deps, known.merchantId, (before) => [...new Set([...origins, ...before])].slice(0, ORIGINS_MAX));
  }
  return known;
}

/** The endpoint with the operator's credentials. */
export function operatorDeps({ awsEndpointUrl, region, operator, tables, keys }: Runtime): Deps {
  const config = { endpoint: awsEndpointUrl, region, credentials: operator };
  const named = (names: Readonly<Record<string, string>>, name: string): string => {
    const value = names[name];
    if (value === undefined) throw new Error(`the template has no output for ${name}`);
    return value;
  };
  return {
    clock: systemClock,
    random: randomBytes,
    dynamodb: new DynamoDBClient(config),
    kms: new KMSClient(config),
    table: (name) => named(tables, name),
    key: (name) => named(keys, name),
  };
}
