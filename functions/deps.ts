/**
 * The composition root: the only place where a function meets its environment. Clients are made once per instance and
 * kept, with time limits short enough that a retry still fits into the function's own.
 */
import { randomFillSync } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import { systemClock } from '../shared/base/clock.ts';
import { isLocalRuntime, type Resources, resourceNames } from '../shared/base/config.ts';
import type { Deps } from '../shared/base/deps.ts';
import { makeSafeFetch, resolveByDns, type SafeFetch } from '../shared/base/safe-fetch.ts';

export const CLIENT = {
  maxAttempts: 3,
  // Without the last one the SDK only prints a warning when the time is up, and goes on waiting.
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};

/**
 * Throws at start, naming every table and key variable that is missing. Where there are keys the compiler asks for the
 * KMS client of kms.ts; without keys there is none.
 */
export function makeDeps(wanted: Resources & { readonly keys: readonly [] }): Deps;
export function makeDeps(wanted: Resources, kms: KMSClient): Deps;
export function makeDeps(wanted: Resources, kms: KMSClient = noKms): Deps {
  return {
    clock: systemClock,
    random: (byteLength) => randomFillSync(new Uint8Array(byteLength)),
    dynamodb: new DynamoDBClient(CLIENT),
    kms,
    ...resourceNames(process.env, wanted),
  };
}

const refuse = (): never => {
  throw new Error('this function did not ask for any key');
};
const noKms = { send: refuse } as Partial<KMSClient> as KMSClient;

/** The guarded way out to addresses that merchants chose. Receivers beside the vault exist in the local runtime only. */
export const makeOutgoing = (): SafeFetch =>
  makeSafeFetch({ resolve: resolveByDns, dangerouslyAllowLoopback: isLocalRuntime(process.env) });
