/**
 * The shop's orders: what was bought, for how much, and each payment tried. Kept in memory up to a limit, because
 * this is an example; a real shop keeps them in its database. The price is the shop's own, never the browser's.
 */
import { randomBytes } from 'node:crypto';

const ORDER_LIMIT = 1_000;
export const QUANTITY_LIMIT = 5;

/** Consumption tax is 10 %; the price shown is always the price with tax (総額表示). */
export const PRODUCT = { priceMinor: 4_180, taxRatePercent: 10, currency: 'JPY' } as const;

/** The outcome of one payment. `processing` without a charge id: the vault's response was lost, so ask it again. */
export type Outcome =
  | { readonly kind: 'processing'; readonly chargeId: string | null }
  | { readonly kind: 'paid'; readonly chargeId: string; readonly brand: string; readonly last4: string }
  | { readonly kind: 'declined'; readonly declineCode: string }
  | { readonly kind: 'refused'; readonly code: string };

export interface Payment {
  readonly token: string;
  readonly idempotencyKey: string;
  outcome: Outcome;
  /** A request of this payment went out and no response came back. */
  responseLost: boolean;
}

export interface Contact {
  readonly name: string;
  readonly email: string;
  readonly postal_code: string;
  readonly address: string;
}

export interface Order {
  readonly id: string;
  readonly quantity: number;
  readonly amountMinor: number;
  readonly taxMinor: number;
  readonly currency: string;
  readonly payments: Payment[];
  contact: Contact | undefined;
  /** The current request to the vault about this order. */
  inFlight: Promise<Outcome> | undefined;
}

export class Orders {
  readonly #orders = new Map<string, Order>();

  create(quantity: number): Order {
    const amountMinor = PRODUCT.priceMinor * quantity;
    const order: Order = {
      id: orderId(),
      quantity,
      amountMinor,
      taxMinor: taxIncluded(amountMinor),
      currency: PRODUCT.currency,
      payments: [],
      contact: undefined,
      inFlight: undefined,
    };
    if (this.#orders.size >= ORDER_LIMIT) this.#dropOldest();
    this.#orders.set(order.id, order);
    return order;
  }

  get(id: string): Order | undefined {
    return this.#orders.get(id);
  }

  /** Orders that were never paid go first; a Map keeps the order in which they came. */
  #dropOldest(): void {
    const [oldest] = this.#orders.keys();
    const unpaid = [...this.#orders.values()].find((order) => order.payments.length === 0);
    const id = unpaid?.id ?? oldest;
    if (id !== undefined) this.#orders.delete(id);
  }
}

/** The tax inside a price that includes it, rounded down as is usual in Japan. */
export const taxIncluded = (amountMinor: number): number =>
  Math.floor((amountMinor * PRODUCT.taxRatePercent) / (100 + PRODUCT.taxRatePercent));

/** 80 random bits, because an order's id gives access to the order. */
const orderId = (): string => randomBytes(10).toString('hex');

/** What a person reads on the phone to the shop. */
export const orderNumber = (order: Order): string => `NM-${order.id.slice(0, 4)}-${order.id.slice(4, 8)}`.toUpperCase();
