/** The adapters, by the name an operator gives. The contract test in `test/contracts/` runs over this table. */
import type { Adapter } from './adapter.ts';
import { iso8583Adapter } from './iso8583/adapter.ts';
import { stripeAdapter } from './stripe/adapter.ts';

export const ADAPTERS = {
  stripe: stripeAdapter,
  iso8583: iso8583Adapter,
} as const satisfies Record<string, Adapter>;

export type AdapterName = keyof typeof ADAPTERS;

export const isAdapterName = (name: string): name is AdapterName => Object.hasOwn(ADAPTERS, name);
