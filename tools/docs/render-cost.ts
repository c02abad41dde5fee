/** Renders docs/cost.md: the monthly cost without payments, and the cost of a million payments. */
import { ROUTES } from '../../infra/routes.ts';
import { billOf } from '../bench/bill.ts';
import { type MonthlyLine, monthlyBill } from '../bench/monthly.ts';
import { OPERATIONS } from '../bench/operations.ts';
import { PRICED_ON, PRICES } from '../bench/prices.ts';
import { heading } from './markdown.ts';

const DEFAULT_MEMORY_MB = 256;
const PAYMENTS: readonly (readonly [string, readonly string[]])[] = [
  ['a token, charged once', ['tokenize', 'charge a token']],
  ['a stored card, charged', ['charge a card']],
  ['a token, stored as a card', ['tokenize', 'store a card']],
];

/** `deployments`: name → templates. */
export function renderCost(deployments: Readonly<Record<string, readonly unknown[]>>): string {
  return [
    heading('What it costs'),
    `In US dollars, at AWS’s published prices of ${PRICED_ON} for us-east-1, first tier, without free tiers, discounts or taxes.`,
    '## In a month without payments',
    'Small is what `infra/app.ts` makes. Full adds every option: a separate network in two ' +
      'zones, a firewall in each towards one processor, a domain, and bot signals; its traffic costs extra by the GB.',
    'From the templates: every resource with a separate price, and the calls of the schedules every minute. Stored ' +
      'data costs extra as it grows, and so do the calls to KMS with which DynamoDB decrypts its tables, of ' +
      'which it makes few.',
    monthly(deployments),
    '## For a million payments',
    'On warm instances, from the calls each operation may make (`tools/bench/operations.ts`; `npm run bench` counts them and ' +
      'fails on one more), with what AWS itself takes to respond as stated in [performance.md](performance.md). The ' +
      'processor’s fees and the waiting for it are not in here.',
    perMillion(),
    '## The prices',
    prices(),
    '',
  ].join('\n\n');
}

function monthly(deployments: Readonly<Record<string, readonly unknown[]>>): string {
  const bills = Object.entries(deployments).map(([name, templates]) => [name, monthlyBill(templates)] as const);
  const kinds = [...new Set(bills.flatMap(([, bill]) => bill.map(({ what }) => what)))];
  const cell = (line: MonthlyLine | undefined): string[] =>
    line === undefined ? ['', ''] : [line.count.toLocaleString('en'), dollars(line.usd)];
  return rows(
    ['what', ...bills.flatMap(([name]) => [`${name}: how many`, 'USD'])],
    [
      ...kinds.map((kind) => [kind, ...bills.flatMap(([, bill]) => cell(bill.find(({ what }) => what === kind)))]),
      ['**together**', ...bills.flatMap(([, bill]) => ['', `**${dollars(sumOf(bill))}**`])],
    ],
  );
}

function perMillion(): string {
  const bills = PAYMENTS.map(([name, operations]) => [name, billOf(operations.map(billedOf))] as const);
  const services = [...new Set(bills.flatMap(([, bill]) => bill.map(({ service }) => service)))];
  return rows(
    ['service', ...bills.map(([name]) => name)],
    [
      ...services.map((service) => [
        service,
        ...bills.map(([, bill]) => dollars(sumOf(bill.filter((line) => line.service === service)))),
      ]),
      ['**together**', ...bills.map(([, bill]) => `**${dollars(sumOf(bill))}**`)],
    ],
  );
}

function billedOf(name: string) {
  const operation = OPERATIONS.find((one) => one.name === name);
  if (operation === undefined) throw new Error(`tools/bench/operations.ts has no operation ${name}`);
  const row = ROUTES.find(({ entry }) => entry === operation.entry);
  return { ...operation.budget, memoryMb: row && 'memoryMb' in row ? row.memoryMb : DEFAULT_MEMORY_MB };
}

const prices = (): string =>
  rows(
    ['price', 'USD', 'for', 'source'],
    Object.entries(PRICES).map(([name, price]) => [
      `\`${name}\``,
      String(price.usd),
      price.per.toLocaleString('en'),
      `${price.source}${'isUnverified' in price ? ', not verified' : ''}`,
    ]),
  );

const sumOf = (lines: readonly { readonly usd: number }[]): number => lines.reduce((sum, { usd }) => sum + usd, 0);
const dollars = (usd: number): string => usd.toFixed(2);

const rows = (head: readonly string[], body: readonly (readonly string[])[]): string =>
  [head, head.map((name, index) => (index === 0 || name === 'source' ? '---' : '--:')), ...body]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
