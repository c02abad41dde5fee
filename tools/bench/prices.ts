/**
 * Published prices in US dollars, each with its day and source. Northern Virginia, first tier, no free tier. Tokyo is a
 * little dearer (API Gateway 4.25, DynamoDB about 0.715 and 0.143); those figures are unverified and not used.
 */

export interface Price {
  readonly usd: number;
  /** The number of units that the price is for. */
  readonly per: number;
  readonly source: string;
  /** Not verified on the vendor's own page. */
  readonly isUnverified?: true;
}

export const PRICED_ON = '2026-11-23';

export const PRICES = {
  kmsCall: { usd: 0.03, per: 10_000, source: 'aws.amazon.com/kms/pricing' },
  writeUnit: {
    usd: 0.625,
    per: 1e6,
    source: 'aws.amazon.com/dynamodb/pricing/on-demand, since 2024-11-01',
    isUnverified: true,
  },
  readUnit: {
    usd: 0.125,
    per: 1e6,
    source: 'aws.amazon.com/dynamodb/pricing/on-demand, since 2024-11-01',
    isUnverified: true,
  },
  gatewayRequest: { usd: 3.5, per: 1e6, source: 'aws.amazon.com/api-gateway/pricing, REST' },
  firewallRequest: { usd: 0.6, per: 1e6, source: 'aws.amazon.com/waf/pricing' },
  lambdaRequest: { usd: 0.2, per: 1e6, source: 'aws.amazon.com/lambda/pricing', isUnverified: true },
  lambdaGbSecond: { usd: 13.3334, per: 1e6, source: 'aws.amazon.com/lambda/pricing, arm64', isUnverified: true },
  trailDataEvent: { usd: 0.1, per: 100_000, source: 'aws.amazon.com/cloudtrail/pricing' },
  key: { usd: 1, per: 1, source: 'aws.amazon.com/kms/pricing, each key by month' },
  alarm: {
    usd: 0.1,
    per: 1,
    source: 'aws.amazon.com/cloudwatch/pricing, standard resolution, by month',
    isUnverified: true,
  },
  customMetric: {
    usd: 0.3,
    per: 1,
    source:
      'aws.amazon.com/cloudwatch/pricing, first 10,000, by month; method-level metrics of API Gateway count as such',
    isUnverified: true,
  },
  dashboard: { usd: 3, per: 1, source: 'aws.amazon.com/cloudwatch/pricing, by month', isUnverified: true },
  firewall: { usd: 5, per: 1, source: 'aws.amazon.com/waf/pricing, each web ACL by month', isUnverified: true },
  firewallRule: {
    usd: 1,
    per: 1,
    source: 'aws.amazon.com/waf/pricing, rule or managed group, by month',
    isUnverified: true,
  },
  botControl: { usd: 10, per: 1, source: 'aws.amazon.com/waf/pricing, Bot Control by month', isUnverified: true },
  interfaceEndpoint: {
    usd: 7.3,
    per: 1,
    source: 'aws.amazon.com/privatelink/pricing, $0.01 an hour and zone, 730 hours',
    isUnverified: true,
  },
  natGateway: {
    usd: 32.85,
    per: 1,
    source: 'aws.amazon.com/vpc/pricing, $0.045 an hour, 730 hours',
    isUnverified: true,
  },
  networkFirewall: {
    usd: 288.35,
    per: 1,
    source: 'aws.amazon.com/network-firewall/pricing, $0.395 an hour and endpoint, 730 hours',
    isUnverified: true,
  },
  logKb: { usd: 0.5, per: 1e6, source: 'aws.amazon.com/cloudwatch/pricing, logs ingested', isUnverified: true },
} as const satisfies Record<string, Price>;

/** Prices of other vendors for about the same work: one card made a token. */
export const VENDOR_PRICES = [
  {
    vendor: 'Basis Theory',
    usdPerMillion: 50_000,
    terms: '$995 a month with 20,000 tokens, then $0.05 for each token stored in the month',
    source: 'basistheory.com/resources/pricing-details, 2025-10-20',
  },
] as const;
