/**
 * What does AWS ask for a million payments? The counted calls and units times the dated price table: one tokenize and
 * one charge each, on warm instances, KMS called directly as the vault is built.
 */
import { OPERATIONS } from '../operations.ts';
import { PRICED_ON, PRICES, VENDOR_PRICES } from '../prices.ts';
import type { Finding } from '../report.ts';
import type { Scene } from '../scene.ts';
import { AWS_LATENCIES } from '../stated.ts';
import { type Counted, calls } from './calls.ts';

const MILLION = 1e6;
/** By request: our own line, API Gateway's, Lambda's three and the firewall's record. By call: CloudTrail's record. */
const LOG_BYTES = { request: 2_500, call: 1_300 } as const;
/** Own computing on an instance of this size, on top of the waiting. */
const OWN_MS = 15;

const priceOf = (name: keyof typeof PRICES, count: number): number =>
  (PRICES[name].usd / PRICES[name].per) * count * MILLION;

export async function money(scene: Scene): Promise<Finding> {
  const { data } = await calls(scene);
  const payment = ['tokenize', 'charge a token'].flatMap(
    (name) => data.find(({ operation }) => operation === name) ?? [],
  );
  const bill = billOf(scene, payment);
  const total = bill.reduce((sum, { usd }) => sum + usd, 0);
  return {
    title: 'Money: one million payments (tokenize + charge)',
    columns: ['what', 'by payment', 'USD by million', 'share', 'price'],
    rows: [
      ...bill.map(({ what, count, usd, price }) => [
        what,
        count,
        usd.toFixed(2),
        `${((usd / total) * 100).toFixed(0)} %`,
        `$${price.usd} by ${price.per.toLocaleString('en')}${'isUnverified' in price ? ' (unverified)' : ''}`,
      ]),
      ['together', '', total.toFixed(2), '100 %', `$${(total / MILLION).toFixed(6)} by payment`],
      ...VENDOR_PRICES.map(({ vendor, usdPerMillion, terms }) => [
        vendor,
        '1 token',
        usdPerMillion.toFixed(2),
        `${Math.round(usdPerMillion / total).toLocaleString('en')}×`,
        terms,
      ]),
    ],
    notes: [
      `Prices of ${PRICED_ON}, us-east-1, no free tier, no discounts; sources in test/bench/prices.ts. Besides: $1 a month for each key and its rotations, storage, people, and the compliance a vendor’s price includes.`,
    ],
    failures: [],
    data: { bill, total, vendors: VENDOR_PRICES },
  };
}

interface Line {
  readonly what: string;
  readonly count: number;
  readonly usd: number;
  readonly price: (typeof PRICES)[keyof typeof PRICES];
}

function billOf(scene: Scene, payment: readonly Counted[]): Line[] {
  const sum = (of: (counted: Counted) => number) => payment.reduce((total, counted) => total + of(counted), 0);
  const line = (what: string, name: keyof typeof PRICES, count: number): Line => ({
    what,
    count: Number(count.toFixed(4)),
    usd: priceOf(name, count),
    price: PRICES[name],
  });
  return [
    line(
      'KMS calls',
      'kmsCall',
      sum(({ warm }) => warm.kms),
    ),
    line(
      'DynamoDB write units',
      'writeUnit',
      sum(({ warm }) => warm.writeUnits),
    ),
    line(
      'DynamoDB read units',
      'readUnit',
      sum(({ warm }) => warm.readUnits),
    ),
    line(
      'CloudTrail data events',
      'trailDataEvent',
      sum(({ warm }) => warm.dynamodb),
    ),
    line('API Gateway requests', 'gatewayRequest', payment.length),
    line('WAF requests', 'firewallRequest', payment.length),
    line('Lambda requests', 'lambdaRequest', payment.length),
    line(
      'Lambda GB-seconds',
      'lambdaGbSecond',
      sum((counted) => gbSeconds(scene, counted)),
    ),
    line('logs of requests, kB', 'logKb', (LOG_BYTES.request * payment.length) / 1e3),
    line('trail in CloudWatch, kB', 'logKb', (LOG_BYTES.call * sum(({ warm }) => warm.kms + warm.dynamodb)) / 1e3),
  ];
}

/** Waiting at the stated medians, one call after the other, and our own computing. */
function gbSeconds(scene: Scene, { operation, warm }: Counted): number {
  const entry = OPERATIONS.find(({ name }) => name === operation)?.entry ?? '';
  const memoryGb = (scene.places.functions[entry]?.memoryMb ?? 0) / 1024;
  const waitMs = warm.steps * Math.max(AWS_LATENCIES.kms.p50Ms, AWS_LATENCIES.dynamodb.p50Ms);
  return (memoryGb * (waitMs + OWN_MS)) / 1000;
}
