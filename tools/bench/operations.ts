/**
 * The measured operations: the function of each, the bare script beside it, their events, and the budget. A change that
 * needs more calls must change this table.
 */
import { derivedId, sha256Hex } from '../../shared/base/ids.ts';
import { plainCard } from '../../test/setup/cards.ts';
import type { BareName, Scene } from './scene.ts';

export interface Budget {
  readonly kms: number;
  readonly dynamodb: number;
  /** Calls in sequence. The simulated processor's write is not the vault's, so it is not counted. */
  readonly steps: number;
  readonly readUnits: number;
  /** Index entries included: a charge is in the indexes by owner, by day, open and outbox. */
  readonly writeUnits: number;
}

interface Work {
  readonly events: readonly unknown[];
  readonly bare: readonly unknown[];
}

export interface BenchOperation {
  readonly name: string;
  readonly entry: string;
  readonly bare: BareName;
  readonly status: string;
  /** For a warm instance with the API key in memory (two seconds). */
  readonly budget: Budget;
  /** What the first request of a new instance adds: API key, merchant, capture key. */
  readonly first: Pick<Budget, 'kms' | 'dynamodb' | 'steps'>;
  /** `count` events for the handler and as many for the bare script. */
  prepare(scene: Scene, count: number): Promise<Work>;
}

let serial = 0;
const nextKey = (): string => `bench-${process.pid}-${++serial}`;

const charge = (scene: Scene, source: string, more: object = {}): unknown =>
  scene.event({
    method: 'POST',
    path: '/v1/charges',
    key: scene.shop.secretKey,
    idempotencyKey: nextKey(),
    body: { source, amount: 4180, currency: 'JPY', ...more },
  });

const bareCharge = ({ shop }: Scene, prefix: 'ch' | 'card', record: string) => ({
  id: derivedId(prefix, shop.caller.owner, nextKey()),
  owner: shop.caller.owner,
  record,
});

const TOKENIZE: BenchOperation = {
  name: 'tokenize',
  entry: 'cde/create-token',
  bare: 'tokenize',
  status: '201',
  // Three of the calls and units count the attempt, beside the calls to KMS.
  budget: { kms: 3, dynamodb: 4, steps: 2, readUnits: 0, writeUnits: 5 },
  // The first request also reads the key of the day for the names of counters.
  first: { kms: 1, dynamodb: 4, steps: 3 },
  async prepare(scene, count) {
    const { publishableKey: key, merchant, caller } = scene.shop;
    const cards = await scene.encryptedCards(count);
    return {
      events: cards.map((card) =>
        scene.event({ method: 'POST', path: '/v1/tokens', key, body: { encrypted_card: card } }),
      ),
      bare: cards.map((card) => ({
        hash: sha256Hex(`bare ${card}`),
        owner: caller.owner,
        merchant: merchant.merchant_id,
      })),
    };
  },
};

/** The same without the JWE, to measure the cost of decrypting one. */
export const TOKENIZE_IN_CLEAR: BenchOperation = {
  ...TOKENIZE,
  name: '… in clear',
  async prepare(scene, count) {
    const { bare } = await TOKENIZE.prepare(scene, count);
    const { publishableKey: key } = scene.shop;
    const body = { card: plainCard() };
    return { events: bare.map(() => scene.event({ method: 'POST', path: '/v1/tokens', key, body })), bare };
  },
};

export const OPERATIONS: readonly BenchOperation[] = [
  TOKENIZE,
  {
    name: 'charge a token',
    entry: 'cde/create-charge',
    bare: 'charge-token',
    status: '201',
    budget: { kms: 2, dynamodb: 4, steps: 4, readUnits: 1, writeUnits: 10 },
    first: { kms: 0, dynamodb: 1, steps: 1 },
    async prepare(scene, count) {
      const tokens = await scene.tokens(2 * count);
      return {
        events: tokens.slice(0, count).map((token) => charge(scene, token)),
        bare: tokens.slice(count).map((token) => bareCharge(scene, 'ch', sha256Hex(token))),
      };
    },
  },
  {
    name: 'charge a card',
    entry: 'cde/create-charge',
    bare: 'charge-card',
    status: '201',
    budget: { kms: 1, dynamodb: 3, steps: 3, readUnits: 1, writeUnits: 8 },
    first: { kms: 0, dynamodb: 1, steps: 1 },
    async prepare(scene, count) {
      const card = await scene.card();
      return {
        events: Array.from({ length: count }, () => charge(scene, card)),
        bare: Array.from({ length: count }, () => bareCharge(scene, 'ch', card)),
      };
    },
  },
  {
    name: 'charge a card with its code',
    entry: 'cde/create-charge',
    bare: 'charge-code',
    status: '201',
    // Two of the writes are the spent code and its index entry; the charge's item outgrows one unit by both decryptions.
    budget: { kms: 2, dynamodb: 4, steps: 4, readUnits: 1, writeUnits: 11 },
    first: { kms: 0, dynamodb: 1, steps: 1 },
    async prepare(scene, count) {
      const [card, codes] = [await scene.card(), await scene.codes(2 * count)];
      return {
        events: codes.slice(0, count).map((code) => charge(scene, card, { cvc_token: code })),
        bare: codes.slice(count).map((code) => ({ ...bareCharge(scene, 'ch', card), code: sha256Hex(code) })),
      };
    },
  },
  {
    name: 'store a card',
    entry: 'cde/create-card',
    bare: 'store',
    status: '201',
    // One of the writes is the index entry of the card's key.
    budget: { kms: 1, dynamodb: 2, steps: 3, readUnits: 0, writeUnits: 4 },
    first: { kms: 0, dynamodb: 1, steps: 1 },
    async prepare(scene, count) {
      const tokens = await scene.tokens(2 * count);
      const { secretKey: key } = scene.shop;
      return {
        events: tokens
          .slice(0, count)
          .map((token) => scene.event({ method: 'POST', path: '/v1/cards', key, body: { token } })),
        bare: tokens.slice(count).map((token) => bareCharge(scene, 'card', sha256Hex(token))),
      };
    },
  },
];

/** A run with wrong responses measures nothing, so it throws. */
export function requireResponses(name: string, responses: Readonly<Record<string, number>>, wanted: string): void {
  const others = Object.entries(responses).filter(([status]) => status !== wanted);
  if (others.length > 0) throw new Error(`${name} returned ${others.map(([s, n]) => `${s} × ${n}`).join(', ')}`);
}
