/**
 * The composition root: the only file that reads a function's environment and writes its log. Clients are made once per
 * instance, with timeouts short enough that a retry fits into the function's own.
 */
import { randomFillSync } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import { systemClock } from '../../shared/base/clock.ts';
import { isLocalRuntime, knownResources, type Resources, resourceNames, setting } from '../../shared/base/config.ts';
import type { Deps } from '../../shared/base/deps.ts';
import { DESTINATIONS_VARIABLE, readDestinations } from '../../shared/base/destinations.ts';
import type { LogFields, LogLevel } from '../../shared/base/log.ts';
import { type Measures, metricLine } from '../../shared/base/metrics.ts';
import { makeSafeFetch, resolveByDns, type SafeFetch } from '../../shared/base/net/safe-fetch.ts';
import type { RouteMethods } from './methods.ts';

/**
 * Calls to AWS time out early, so that a retry still fits. The local AWS shares its machine with other programs: a call
 * that timed out there is still carried out, and its charge would fail as interrupted.
 */
const LIMITS_MS = isLocalRuntime(process.env)
  ? { connectionTimeout: 30_000, requestTimeout: 30_000 }
  : { connectionTimeout: 1_000, requestTimeout: 3_000 };

export const CLIENT = {
  maxAttempts: 3,
  // Without throwOnRequestTimeout the SDK only logs a warning at the timeout, and keeps waiting.
  requestHandler: { ...LIMITS_MS, throwOnRequestTimeout: true },
};

/**
 * Throws at start an error that names every missing table and key variable. For a function with keys the type requires
 * the KMS client of kms.ts; other functions do not load it.
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
    liveDestinations: readDestinations(process.env[DESTINATIONS_VARIABLE]),
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

/** Writes a log line with the fields allowed by log.ts, including metrics named by metrics.ts. */
export function report(level: LogLevel, nowMs: number, fields: LogFields, measures: Measures = {}): void {
  const head = { namespace: process.env.METRICS_NAMESPACE, level, timeMs: nowMs };
  process.stdout.write(`${metricLine(head, fields, measures)}\n`);
}

export const RETRIES = { step: 'initialize', name: 'reportRetries' } as const;

/** Wraps a client's calls to report retries: AWS throttles before it fails, and the SDK's retries would hide that. */
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

/** The route's methods and those of its path. Throws where they are missing: such a function would take any method. */
export const routeMethods = (): RouteMethods => ({
  own: setting(process.env, 'METHODS').split(' '),
  allow: setting(process.env, 'ALLOW'),
});

/** Secret keys need a client certificate. Throws on an unknown setting. */
export function requiresClientCertificate(): boolean {
  const { CLIENT_CERTIFICATE: wanted } = process.env;
  if (wanted !== undefined && wanted !== 'required')
    throw new Error('CLIENT_CERTIFICATE is neither absent nor required');
  return wanted === 'required';
}

/**
 * A path of this vault as a URL for browsers. Uses `PUBLIC_URL` if the vault has a custom domain, because a server with
 * a client certificate calls another host; otherwise host and stage of the current request.
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

const endpointOf = (service: 'lambda' | 'ssm'): string =>
  process.env.AWS_ENDPOINT_URL ?? `https://${service}.${process.env.AWS_REGION}.amazonaws.com`;

/** Name of the webhook deliverer, undefined for functions that may not start it, and the endpoint of Lambda. */
export const deliverer = () => ({ name: process.env.DELIVERER, endpoint: endpointOf('lambda') });

/** Folder of the resources of live destinations, undefined where none is deployed, and the endpoint of Systems Manager. */
export const destinationSettings = () => ({ folder: process.env.DESTINATIONS_FOLDER, endpoint: endpointOf('ssm') });

export const trailBucket = (): string => setting(process.env, 'TRAIL_BUCKET');

/** What the environment names of the vault's keys, and of the roles that open cards. */
export const vaultResources = () => knownResources(process.env);

/** The trail's name, its bucket and the names to recognise in its records, from the environment. */
export const trailSettings = () => ({
  bucket: trailBucket(),
  name: setting(process.env, 'TRAIL_NAME'),
  known: vaultResources(),
  region: process.env.AWS_REGION,
  isLocal: isLocalRuntime(process.env),
});

/**
 * HTTP client for URLs that merchants chose, guarded against internal addresses. Only the local runtime may call
 * loopback.
 */
export const makeOutgoing = (): SafeFetch =>
  makeSafeFetch({ resolve: resolveByDns, dangerouslyAllowLoopback: isLocalRuntime(process.env) });

/** The API's URL, including its stage. */
export const apiUrl = (): string => setting(process.env, 'API_URL');
