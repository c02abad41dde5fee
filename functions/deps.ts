/**
 * The composition root: the only place where a function meets its environment, its log included. Clients are made once
 * per instance and kept, with time limits short enough that a retry still fits into the function's own.
 */
import { randomFillSync } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import { systemClock } from '../shared/base/clock.ts';
import { isLocalRuntime, knownResources, type Resources, resourceNames, setting } from '../shared/base/config.ts';
import type { Deps } from '../shared/base/deps.ts';
import type { LogFields, LogLevel } from '../shared/base/log.ts';
import { type Measures, metricLine } from '../shared/base/metrics.ts';
import { makeSafeFetch, resolveByDns, type SafeFetch } from '../shared/base/safe-fetch.ts';

/**
 * AWS is given up soon, so that a retry still fits. The local AWS shares one machine with everything else that runs
 * there: what it is too slow to answer it carries out all the same, and the charge would be told as interrupted.
 */
const LIMITS_MS = isLocalRuntime(process.env)
  ? { connectionTimeout: 30_000, requestTimeout: 30_000 }
  : { connectionTimeout: 1_000, requestTimeout: 3_000 };

export const CLIENT = {
  maxAttempts: 3,
  // Without the last one the SDK only prints a warning when the time is up, and goes on waiting.
  requestHandler: { ...LIMITS_MS, throwOnRequestTimeout: true },
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
    dynamodb: makeDynamo(),
    kms,
    ...resourceNames(process.env, wanted),
  };
}

const refuse = (): never => {
  throw new Error('this function did not ask for any key');
};
const noKms = { send: refuse } as Partial<KMSClient> as KMSClient;

function makeDynamo(): DynamoDBClient {
  const dynamodb = new DynamoDBClient(CLIENT);
  dynamodb.middlewareStack.add(reportRetries('dynamodb'), RETRIES);
  return dynamodb;
}

/** A line for the log, from the allow list of log.ts, with the metrics in it that metrics.ts names. */
export function report(level: LogLevel, nowMs: number, fields: LogFields, measures: Measures = {}): void {
  process.stdout.write(`${metricLine(process.env.METRICS_NAMESPACE, level, nowMs, fields, measures)}\n`);
}

export const RETRIES = { step: 'initialize', name: 'reportRetries' } as const;

/** Around a client's calls: AWS throttles and pauses before it fails, and the SDK's retries would hide that. */
export const reportRetries =
  (service: 'kms' | 'dynamodb') =>
  <Args, Result extends { readonly output: object }>(call: (args: Args) => Promise<Result>) =>
  async (args: Args): Promise<Result> => {
    try {
      const result = await call(args);
      tell(service, result.output);
      return result;
    } catch (error) {
      tell(service, error);
      throw error;
    }
  };

function tell(service: 'kms' | 'dynamodb', ended: unknown): void {
  const { attempts = 1 } = (ended as { readonly $metadata?: { readonly attempts?: number } }).$metadata ?? {};
  if (attempts > 1) report('warn', systemClock.nowMs(), { event: 'retried', service }, { Retries: attempts - 1 });
}

/** Whether this vault takes secret keys only from servers that showed a certificate. Throws on a setting it does not know. */
export function requiresClientCertificate(): boolean {
  const { CLIENT_CERTIFICATE: wanted } = process.env;
  if (wanted !== undefined && wanted !== 'required')
    throw new Error('CLIENT_CERTIFICATE is neither absent nor required');
  return wanted === 'required';
}

/**
 * The whole URL of a path of this vault as browsers reach it: under the vault's own name, which servers with certificates
 * may call by another; else under the name, and behind the stage, by which this very request came.
 */
export function publicUrl({ path, requestContext }: CalledAs, wanted: string): string {
  const { PUBLIC_URL: base } = process.env;
  if (base !== undefined) return new URL(wanted.replace(/^\//, ''), base).href;
  const scheme = isLocalRuntime(process.env) ? 'http' : 'https';
  const stage = requestContext.path.slice(0, -path.length);
  return `${scheme}://${requestContext.domainName}${stage}${wanted}`;
}

interface CalledAs {
  readonly path: string;
  readonly requestContext: { readonly domainName?: string | undefined; readonly path: string };
}

/** The function that delivers webhooks, for those that may start it, and where Lambda is found. */
export const deliverer = () => ({
  name: process.env.DELIVERER,
  endpoint: process.env.AWS_ENDPOINT_URL ?? `https://lambda.${process.env.AWS_REGION}.amazonaws.com`,
});

/** What the environment says of the trail, for functions that read it or put something beside it. */
export const trailSettings = () => ({
  bucket: setting(process.env, 'TRAIL_BUCKET'),
  known: knownResources(process.env),
  region: process.env.AWS_REGION,
});

/** The guarded way out to addresses that merchants chose. Receivers beside the vault exist in the local runtime only. */
export const makeOutgoing = (): SafeFetch =>
  makeSafeFetch({ resolve: resolveByDns, dangerouslyAllowLoopback: isLocalRuntime(process.env) });

/** Where browsers reach this vault, with its stage. */
export const apiUrl = (): string => setting(process.env, 'API_URL');

/** RFC 7638 thumbprint of the one key that this deployment lets cards be exported to. */
export const cardExportRecipient = (): string => setting(process.env, 'CARD_EXPORT_RECIPIENT');
