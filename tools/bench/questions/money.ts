/**
 * What do a million payments cost at AWS? The counted calls and units times the dated price table: one tokenize and one
 * charge each, on warm instances.
 */
import { billOf } from '../bill.ts';
import { OPERATIONS } from '../operations.ts';
import { PRICED_ON, VENDOR_PRICES } from '../prices.ts';
import type { BenchFinding } from '../report.ts';
import type { Scene } from '../scene.ts';
import { calls } from './calls.ts';

const MILLION = 1e6;

export async function money(scene: Scene): Promise<BenchFinding> {
  const { data } = await calls(scene);
  const payment = ['tokenize', 'charge a token'].flatMap(
    (name) => data.find(({ operation }) => operation === name) ?? [],
  );
  const bill = billOf(
    payment.map(({ operation, warm }) => {
      const entry = OPERATIONS.find(({ name }) => name === operation)?.entry ?? '';
      return { ...warm, memoryMb: scene.places.functions[entry]?.memoryMb ?? 0 };
    }),
  );
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
      `Prices of ${PRICED_ON}, us-east-1, no free tier, no discounts; sources in tools/bench/prices.ts. Not included: $1 a month for each key and its rotations, storage, people, and the compliance a vendor’s price includes.`,
    ],
    failures: [],
    data: { bill, total, vendors: VENDOR_PRICES },
  };
}
