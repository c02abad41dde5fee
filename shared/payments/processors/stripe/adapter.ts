/** The settings of Stripe. The secret is the account's secret or restricted key. */
import * as z from 'zod/mini';
import { hostOf } from '../../../base/destinations.ts';
import type { Secret } from '../../../merchants/secret.ts';
import type { Adapter } from '../adapter.ts';

const STRIPE_HOST = 'api.stripe.com';

const Settings = z.strictObject({
  /** Another address than Stripe's own, for tests: https anywhere, http on this machine. */
  url: z.optional(z.string().check(z.regex(/^(https:\/\/[a-z0-9.-]+|http:\/\/(127\.0\.0\.1|localhost))(:\d{1,5})?$/))),
});

export const stripeAdapter: Adapter = {
  secret: 'required',
  settings: { url: 'another address than api.stripe.com, such as a test double' },
  fault(mode, settings) {
    const parsed = Settings.safeParse(settings);
    if (!parsed.success) return 'Stripe takes no setting but url: https://host, or http:// on this machine.';
    return mode === 'live' && parsed.data.url !== undefined
      ? 'A live processor is reached at api.stripe.com only.'
      : null;
  },
  async account(secret, send) {
    if (modeOf(secret) !== 'live') return null;
    const { accountOf } = await import('./stripe.ts');
    return accountOf({ url: `https://${STRIPE_HOST}`, secretKey: secret }, send);
  },
  receiver: ({ url }) => ({ host: url === undefined ? STRIPE_HOST : hostOf(url), account: null }),
  async open(deps, { name, mode, settings }, secret) {
    const { stripe } = await import('./stripe.ts');
    const { url = `https://${STRIPE_HOST}` } = Settings.parse(settings);
    // A live key under a test merchant would move real money for what everybody takes for a test.
    return secret === null || modeOf(secret) !== mode ? null : stripe(deps, { name, url, secretKey: secret });
  },
};

const modeOf = (secret: Secret): string | undefined => /^(?:sk|rk)_(test|live)_/.exec(secret.clearText())?.[1];
