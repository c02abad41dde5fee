/**
 * AWS's bill for a million payments, from the calls of each operation and the dated table of prices. The benchmark
 * bills its counts; docs/cost.md bills the budgets, which the benchmark's counts may not exceed.
 */
import { PRICES } from './prices.ts';
import { AWS_LATENCIES } from './stated.ts';

/** Counts, or budgets, of one operation. */
export interface Billed {
  readonly kms: number;
  readonly dynamodb: number;
  readonly steps: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly memoryMb: number;
}

export interface BillLine {
  readonly what: string;
  readonly service: string;
  /** For one payment. */
  readonly count: number;
  /** For a million. */
  readonly usd: number;
  readonly price: (typeof PRICES)[keyof typeof PRICES];
}

const MILLION = 1e6;
/**
 * Per request: the vault's log line, API Gateway's, Lambda's three and the firewall's record. Per call: CloudTrail's
 * record.
 */
const LOG_BYTES = { request: 2_500, call: 1_300 } as const;
/** Computing time on an instance of this size, in addition to waiting. */
const OWN_MS = 15;

/** One payment is these operations, each one request. */
export function billOf(payment: readonly Billed[]): readonly BillLine[] {
  const sum = (of: (billed: Billed) => number): number => payment.reduce((total, billed) => total + of(billed), 0);
  const calls = sum(({ kms, dynamodb }) => kms + dynamodb);
  const counts: readonly (readonly [string, string, keyof typeof PRICES, number])[] = [
    ['KMS calls', 'KMS', 'kmsCall', sum(({ kms }) => kms)],
    ['DynamoDB write units', 'DynamoDB', 'writeUnit', sum(({ writeUnits }) => writeUnits)],
    ['DynamoDB read units', 'DynamoDB', 'readUnit', sum(({ readUnits }) => readUnits)],
    ['CloudTrail data events', 'CloudTrail', 'trailDataEvent', sum(({ dynamodb }) => dynamodb)],
    ['API Gateway requests', 'API Gateway', 'gatewayRequest', payment.length],
    ['WAF requests', 'WAF', 'firewallRequest', payment.length],
    ['Lambda requests', 'Lambda', 'lambdaRequest', payment.length],
    ['Lambda GB-seconds', 'Lambda', 'lambdaGbSecond', sum(gbSeconds)],
    ['logs of requests, kB', 'CloudWatch', 'logKb', (LOG_BYTES.request * payment.length) / 1e3],
    ['trail in CloudWatch, kB', 'CloudWatch', 'logKb', (LOG_BYTES.call * calls) / 1e3],
  ];
  return counts.map(([what, service, name, count]) => ({
    what,
    service,
    count: Number(count.toFixed(4)),
    usd: (PRICES[name].usd / PRICES[name].per) * count * MILLION,
    price: PRICES[name],
  }));
}

/** Waiting at the stated medians, one call after the other, plus computing. */
function gbSeconds({ steps, memoryMb }: Billed): number {
  const waitMs = steps * Math.max(AWS_LATENCIES.kms.p50Ms, AWS_LATENCIES.dynamodb.p50Ms);
  return ((memoryMb / 1024) * (waitMs + OWN_MS)) / 1000;
}
